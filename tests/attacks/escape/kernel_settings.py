"""Changes the kernel's settings: where cores go, what is run on a crash, the machine's name.

Earns: 10
Says: PermissionError|FileNotFoundError|OSError
"""

import socket

for path, value in (
    ("/proc/sys/kernel/core_pattern", "|/scratch/run"),
    ("/proc/sys/kernel/hostname", "mine"),
    ("/proc/sys/vm/overcommit_memory", "1"),
    ("/proc/sysrq-trigger", "c"),
    ("/sys/kernel/uevent_helper", "/scratch/run"),
    ("/sys/fs/cgroup/cgroup.procs", "1"),
):
    try:
        with open(path, "w") as file:
            file.write(value)
    except OSError as error:
        refused = error
    else:
        raise RuntimeError(f"wrote {path}")
try:
    socket.sethostname("mine")
except OSError:
    raise refused
