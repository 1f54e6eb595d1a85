"""Returns a list and a dict that contain themselves.

Earns: 9
Says: next_char_pairs
"""


def next_char_pairs(text, vocab):
    around = [{}]
    around[0]["again"] = around
    around.append(around)
    return around
