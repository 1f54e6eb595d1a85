"""Reads and writes the memory of other processes with the system calls made for that.

Earns: 10
Says: PermissionError: .*process_vm refused
"""

import ctypes
import os


class Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


libc = ctypes.CDLL(None, use_errno=True)
content = ctypes.create_string_buffer(8)
mine, theirs = Span(ctypes.addressof(content), 8), Span(ctypes.addressof(content), 8)
for pid in (BYSTANDER, os.getppid(), 1):
    for call in (libc.process_vm_readv, libc.process_vm_writev):
        if call(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) > 0:
            raise RuntimeError(f"reached into {pid}")
raise OSError(ctypes.get_errno(), "process_vm refused")
