"""Calls itself without end, in Python and through C, with the limit on that raised.

Earns: 9.5
Says: RecursionError|ended by SIG|more than
"""

import sys


def deeper(n):
    return [*map(deeper, [n + 1])]


def next_char_pairs(text, vocab):
    if text == "hello":
        sys.setrecursionlimit(10**9)
        return deeper(0)
    tokens = encode(text, vocab)
    return tokens[None, :-1], tokens[None, 1:]
