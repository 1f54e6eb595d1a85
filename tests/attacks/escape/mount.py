"""Mounts a file system of its own, and moves the root away.

Earns: 10
Says: PermissionError: .*mount refused
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("new/old", exist_ok=True)
if (
    libc.mount(b"none", b"new", b"tmpfs", 0, None) == 0
    or libc.mount(b"/", b"new", None, 4096 | 16384, None) == 0
    or libc.umount2(b"/proc", 2) == 0
    or libc.chroot(b"new") == 0
    or libc.syscall(428, -100, b"/", 1) >= 0  # open_tree
    or libc.pivot_root(b"new", b"new/old") == 0
):
    raise RuntimeError("changed what is mounted")
raise OSError(ctypes.get_errno(), "mount refused")
