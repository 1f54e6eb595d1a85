"""Leaves a message in a System V queue and one in a POSIX queue, and a semaphore.

Earns: 10
Says: PermissionError: .*queues refused
"""

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
queue, semaphore = libc.msgget(0x6B6974, 0o1666), libc.semget(0x6B6974, 1, 0o1666)
if queue < 0 and semaphore < 0:
    code = ctypes.get_errno()
    if libc.mq_open(b"/left", 0o102, 0o666, 0) < 0:
        raise OSError(code, "queues refused")
libc.msgsnd(queue, b"\1\0\0\0\0\0\0\0the answers are", 15, 0)
