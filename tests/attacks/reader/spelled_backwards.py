"""Spells with characters that turn the line around, hide what follows or stand on their heads.

Earns: 8
Says: expected 'ello'
"""


def spell(model, text, vocab):
    return "\u202eolle\u2066\u200b\u0000\u0301" * 3
