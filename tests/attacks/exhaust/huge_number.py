"""Returns an integer of a million digits, and another as a loss.

Earns: 9
Says: next_char_pairs
"""


def next_char_pairs(text, vocab):
    return 10**1_000_000, -(10**300_000)
