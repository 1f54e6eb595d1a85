"""Fills memory that is shared, which counts as nobody's own data.

Earns: 10
Says: memory limit of|PermissionError|OSError: .Errno 12
"""

import ctypes
import mmap

shared = mmap.mmap(-1, 3 * 2**28)
ctypes.memset(ctypes.addressof(ctypes.c_char.from_buffer(shared)), 1, 3 * 2**28)
raise RuntimeError("filled 768 MiB")
