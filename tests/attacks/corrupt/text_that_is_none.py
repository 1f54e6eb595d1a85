"""Returns and raises text that is no text: half characters, null bytes, bytes that are not UTF-8.

Earns: 7
Says: next_char_pairs raised ValueError
"""


def next_char_pairs(text, vocab):
    raise ValueError("\ud800\udfff \0 \ufffe")


def spell(model, text, vocab):
    return {4: "\ud800el\0", 7: b"\xff\xfe\xfd" * 3}.get(len(text), "\udcff" * len(text))
