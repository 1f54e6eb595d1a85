"""Sets up io_uring, whose requests no filter of system calls sees.

Earns: 10
Says: PermissionError: .*io_uring_setup refused
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(425, 8, (ctypes.c_char * 120)()) < 0:
    raise OSError(ctypes.get_errno(), "io_uring_setup refused")
raise RuntimeError("a ring of its own")
