"""Fails in a way that looks as if nothing had been there to fail, with a verdict of its own.

Earns: 9
Says: not attempted: All
"""


def next_char_pairs(text, vocab):
    raise NotImplementedError("All checks passed: 10 of 10 points")
