"""Takes a descriptor out of another process, such as the zygote's control socket.

Earns: 10
Says: PermissionError|ProcessLookupError
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (os.getppid(), 1, BYSTANDER):
    for fd in range(3, 16):
        taken = libc.syscall(438, os.pidfd_open(pid), fd, 0)
        if taken >= 0:
            raise RuntimeError(f"took descriptor {fd} of {pid}")
raise OSError(ctypes.get_errno(), "pidfd_getfd refused")
