"""Loads a program into the kernel with bpf, and watches others with perf events.

Earns: 10
Says: PermissionError: .*bpf and perf_event_open refused
"""

import ctypes
import platform

libc = ctypes.CDLL(None, use_errno=True)
bpf, perf = {"x86_64": (321, 298)}.get(platform.machine(), (280, 241))
attributes = (ctypes.c_char * 128)()
attributes[4] = 128
if (
    libc.syscall(bpf, 0, attributes, 72) >= 0
    or libc.syscall(perf, attributes, 1, -1, -1, ctypes.c_ulong(0)) >= 0
    or libc.syscall(perf, attributes, 0, -1, -1, ctypes.c_ulong(0)) >= 0
):
    raise RuntimeError("the kernel listens")
raise OSError(ctypes.get_errno(), "bpf and perf_event_open refused")
