"""Raises exceptions whose __str__, __repr__ and type's name raise in turn.

Earns: 9
Says: next_char_pairs raised|ended its own process
"""


class Meta(type):
    __name__ = property(lambda cls: 1 / 0)
    __repr__ = __str__ = lambda cls: 1 / 0


class Bad(Exception, metaclass=Meta):
    def __str__(self):
        raise SystemExit("no message")

    __repr__ = __str__


def next_char_pairs(text, vocab):
    raise Bad
