"""Raises an exception with a message of a hundred million characters, and such a name.

Earns: 9
Says: next_char_pairs raised x+
"""


def next_char_pairs(text, vocab):
    raise type("x" * 10**6, (Exception,), {})("y" * 10**8)
