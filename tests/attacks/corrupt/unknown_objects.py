"""Hands out numbers of objects that it never had, and extensions that do not exist.

Earns: 9
Says: .
"""

import msgspec

from inside import wire


class Never:
    pass


def next_char_pairs(text, vocab):
    if text == "hello":
        return Never(), Never()
    return Never()


plain = wire.plain


def made_up(value, fallback, limit, depth=0):
    if isinstance(value, Never):
        return msgspec.msgpack.Ext(77, b"never")
    if type(value) is tuple and value and isinstance(value[0], Never):
        return [msgspec.msgpack.Ext(3, wire.encode([-5, "Tensor"]))] * 2
    return plain(value, fallback, limit, depth)


wire.plain = made_up
