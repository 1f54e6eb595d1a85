"""Fills memory with System V segments, which stay when their process has gone.

Earns: 10
Says: memory limit of|PermissionError: .*shmget refused
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
for _ in range(3):
    number = libc.shmget(0, ctypes.c_size_t(2**28), 0o1666)
    if number < 0:
        raise OSError(ctypes.get_errno(), "shmget refused")
    ctypes.memset(libc.shmat(number, None, 0), 1, 2**28)
raise RuntimeError("filled 768 MiB")
