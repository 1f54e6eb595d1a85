"""Starts a process in a user namespace of its own with clone and clone3, past unshare.

Earns: 10
Says: clone refused
"""

import ctypes
import os
import platform
import struct

libc = ctypes.CDLL(None, use_errno=True)
clone = {"x86_64": 56}.get(platform.machine(), 220)
arguments = struct.pack("QQQQQQQQ", 0x10000000, 0, 0, 0, 17, 0, 0, 0)
for pid in (
    libc.syscall(clone, ctypes.c_ulong(0x10000000 | 17), 0, 0, 0, 0),
    libc.syscall(435, arguments, ctypes.c_ulong(len(arguments))),
):
    if pid == 0:
        os._exit(0)
    if pid > 0:
        raise RuntimeError(f"process {pid} has a namespace of its own")
raise OSError(ctypes.get_errno(), "clone refused")
