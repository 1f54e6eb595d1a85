"""Turns the garbage collector off and clogs it with callbacks that raise.

Earns: 10
"""

import gc


def refuse(phase, info):
    raise SystemExit(phase)


gc.disable()
gc.callbacks.append(refuse)
gc.freeze()
