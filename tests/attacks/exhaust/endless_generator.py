"""Returns a list that says it has two items, and never comes to an end when they are asked for.

Earns: 9
Says: more than|memory limit
"""

import itertools


class Endless(list):
    __len__ = lambda self: 2
    __iter__ = lambda self: itertools.count()


def next_char_pairs(text, vocab):
    return Endless() if text == "hello" else itertools.cycle([text])
