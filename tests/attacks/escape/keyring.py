"""Leaves a key in the kernel's keyring of its user and session.

Earns: 10
Says: PermissionError: .*add_key refused
"""

import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
add_key = {"x86_64": 248}.get(platform.machine(), 217)
if libc.syscall(add_key, b"user", b"left", b"the answers are", ctypes.c_ulong(15), -4) < 0:
    raise OSError(ctypes.get_errno(), "add_key refused")
