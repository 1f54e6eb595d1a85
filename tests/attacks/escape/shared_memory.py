"""Leaves a message in System V shared memory, which is no file and outlives its process.

Earns: 10
Says: PermissionError: .*shmget refused
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
number = libc.shmget(0x6B6974, 4096, 0o1666)
if number < 0:
    raise OSError(ctypes.get_errno(), "shmget refused")
ctypes.memmove(libc.shmat(number, None, 0), b"the answers are", 15)
