"""Makes namespaces of its own, in which it would be root.

Earns: 10
Says: PermissionError: .*unshare refused
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000, 0x08000000):
    if libc.unshare(flag) == 0:
        raise RuntimeError(f"made a namespace ({flag:#x})")
raise OSError(ctypes.get_errno(), "unshare refused")
