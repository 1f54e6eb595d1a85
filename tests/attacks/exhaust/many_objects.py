"""Returns as many objects, each of which has to be remembered by a number.

Earns: 9
Says: a value of more than 131072 items
"""


def next_char_pairs(text, vocab):
    return [object() for _ in range(200_000)]
