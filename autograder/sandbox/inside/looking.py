"""Looks a message over before it is decoded: is it whole, and how much will become of it?

One byte of MessagePack can become a hundred bytes of memory, and a map whose keys are lists of
chosen numbers a dict that takes hours to fill, as all of them hash alike. Neither gets that far.
"""

from collections.abc import Collection

NESTING = 20
"""Levels of lists and dicts in a message, with those that it is made of itself."""

_CONTENT, _LIST, _MAP, _EXTENSION, _INVALID = range(5)


class WireError(Exception):
    """A message that is too large, cut short, nested too deeply, or no message at all."""


class TooManyItems(WireError):
    """A message that holds more items than it may."""


def look_over(data: bytes | memoryview, most: int, extensions: Collection[int]) -> int:
    """How many items `data` holds: numbers, strings, lists and so on, and those in the lists.

    An extension, of a code in `extensions`, counts as one, and nobody looks into it.

    Raises:
        TooManyItems: there are more than `most`.
        WireError: something claims to be longer than there are bytes, is nested too deeply, has
            keys other than strings and integers, or is an extension of another code.
    """
    place, end, seen = 0, len(data), 0
    due, in_map = 1, False  # items yet to come on this level; those of a map come in pairs
    above: list[tuple[int, bool]] = []
    while True:
        while not due:
            if not above:
                return seen
            due, in_map = above.pop()
        if place >= end:
            raise WireError("not a message: it is cut short")
        byte = data[place]
        if in_map and not due % 2 and byte not in _KEYS:
            raise WireError("a dict with a key that is neither a string nor an integer")
        due, seen, place = due - 1, seen + 1, place + 1
        kind, length, width = _HEADS[byte]
        if width:
            length = int.from_bytes(data[place : place + width], "big")
            place += width
        if kind in (_LIST, _MAP):
            above.append((due, in_map))
            due, in_map = (2 * length, True) if kind == _MAP else (length, False)
            if len(above) > NESTING:
                raise WireError("a value that is nested too deeply")
        elif kind == _CONTENT:
            place += length
        elif kind == _INVALID or place >= end or data[place] not in extensions:
            raise WireError("not a message: it has parts of another kind")
        else:
            place += 1 + length
        if place + due > end:
            raise WireError("not a message: it is cut short")
        if seen + due > most:
            raise TooManyItems(f"a value of more than {most} items")


def _heads() -> list[tuple[int, int, int]]:
    """For each first byte of an item: its kind, its length, or in how many bytes that follows."""
    heads = [(_CONTENT, 0, 0)] * 256  # small numbers, nil, false and true are that byte alone
    for n in range(16):
        heads[0x80 + n], heads[0x90 + n] = (_MAP, n, 0), (_LIST, n, 0)
    for n in range(32):
        heads[0xA0 + n] = (_CONTENT, n, 0)
    heads[0xC1] = (_INVALID, 0, 0)
    for n in range(3):
        heads[0xC4 + n] = heads[0xD9 + n] = (_CONTENT, 0, 2**n)  # bytes, strings
        heads[0xC7 + n] = (_EXTENSION, 0, 2**n)
    for n in range(2):
        heads[0xCA + n] = (_CONTENT, 4 * 2**n, 0)  # floats
        heads[0xDC + n], heads[0xDE + n] = (_LIST, 0, 2 * 2**n), (_MAP, 0, 2 * 2**n)
    for n in range(4):
        heads[0xCC + n] = heads[0xD0 + n] = (_CONTENT, 2**n, 0)  # integers
    for n in range(5):
        heads[0xD4 + n] = (_EXTENSION, 2**n, 0)
    return heads


_HEADS = _heads()
_KEYS = frozenset([*range(0x80), *range(0xA0, 0xC0), *range(0xCC, 0xD4), *range(0xD9, 0xDC),
                   *range(0xE0, 0x100)])  # fmt: skip
