"""Attaches itself to other processes as a debugger would.

Earns: 10
Says: PermissionError: .*ptrace refused
"""

import ctypes
import os

ATTACH, SEIZE = 16, 0x4206
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
for pid in (BYSTANDER, os.getppid(), 1):
    for how in (SEIZE, ATTACH):
        if libc.ptrace(how, pid, None, None) == 0:
            raise RuntimeError(f"attached to {pid}")
raise OSError(ctypes.get_errno(), "ptrace refused")
