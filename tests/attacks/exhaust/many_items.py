"""Returns hundreds of thousands of small things in one list, cheap to send and dear to keep.

Earns: 9
Says: a value of more than 1310
"""


def next_char_pairs(text, vocab):
    return [None] * 200_000, [[]] * 200_000
