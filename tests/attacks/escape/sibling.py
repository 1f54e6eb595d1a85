"""Starts a process as its parent's child, so that it is the zygote's own and survives this one.

Earns: 10
"""

import ctypes
import os
import platform
import time

CLONE_PARENT = 0x8000
libc = ctypes.CDLL(None, use_errno=True)
clone = {"x86_64": 56}.get(platform.machine(), 220)
pid = libc.syscall(clone, ctypes.c_ulong(CLONE_PARENT | 17), 0, 0, 0, 0)
if pid == 0:
    time.sleep(600)
    os._exit(0)
