"""Returns lists in lists in lists, too deep for whoever goes through them by recursion.

Earns: 9
Says: next_char_pairs
"""


def next_char_pairs(text, vocab):
    deep = []
    for _ in range(10**5):
        deep = [deep]
    return deep, deep
