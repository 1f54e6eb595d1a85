"""Deletes every module there is, and all the built-in functions.

Earns: 0
Says: ended|NameError|no answer
Also: nbgrader, otter
"""

import builtins
import sys

for name in list(sys.modules):
    if name not in ("builtins", "sys"):
        sys.modules[name].__dict__.clear()
        del sys.modules[name]
builtins.__dict__.clear()
