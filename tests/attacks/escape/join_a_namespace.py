"""Joins the namespaces of a process outside.

Earns: 10
Says: PermissionError|FileNotFoundError
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in (BYSTANDER, os.getppid(), 1):
    for kind in ("user", "mnt", "net", "pid", "ipc"):
        try:
            fd = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
        except OSError as error:
            refused = error
            continue
        if libc.setns(fd, 0) == 0:
            raise RuntimeError(f"in the {kind} namespace of {pid}")
        refused = OSError(ctypes.get_errno(), "setns refused")
raise refused
