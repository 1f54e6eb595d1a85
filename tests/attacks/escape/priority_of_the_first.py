"""Makes the zygote, and so every later submission, the last to get a processor.

Earns: 10
Says: PermissionError: .*priority refused
"""

import ctypes
import os
import platform

zygote, refused = os.getppid(), []
for attempt in (
    lambda: os.setpriority(os.PRIO_PROCESS, zygote, 19),
    lambda: os.setpriority(os.PRIO_USER, os.getuid(), 19),
    lambda: os.setpriority(os.PRIO_PGRP, os.getpgid(zygote), 19),
    lambda: os.sched_setscheduler(zygote, os.SCHED_IDLE, os.sched_param(0)),
    lambda: os.sched_setaffinity(zygote, [0]),
):
    try:
        attempt()
    except OSError as error:
        refused.append(error)
libc = ctypes.CDLL(None, use_errno=True)
ioprio_set = {"x86_64": 251}.get(platform.machine(), 30)
if libc.syscall(ioprio_set, 1, zygote, 3 << 13) == -1:
    refused.append(OSError(ctypes.get_errno(), "ioprio_set"))
if len(refused) == 6:
    raise PermissionError(1, "priority refused")
