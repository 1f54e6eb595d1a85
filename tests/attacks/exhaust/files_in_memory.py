"""Fills memory with files that are in no folder.

Earns: 10
Says: memory limit of|PermissionError
"""

import os

held = []
while len(held) < 48:
    held.append(os.memfd_create("held"))
    os.write(held[-1], bytes(2**24 - 4096))
raise RuntimeError("filled 768 MiB")
