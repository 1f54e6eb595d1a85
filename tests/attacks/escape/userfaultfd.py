"""Stops the kernel in the middle of a copy, at a page fault that it answers itself.

Earns: 10
Says: PermissionError: .*userfaultfd refused
"""

import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 323}.get(platform.machine(), 282)
if libc.syscall(number, 0) < 0 and libc.syscall(number, 1) < 0:
    raise OSError(ctypes.get_errno(), "userfaultfd refused")
raise RuntimeError("faults of its own")
