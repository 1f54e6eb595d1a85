"""Reads the disk, the memory and the kernel's log past the file system.

Earns: 10
Says: FileNotFoundError|PermissionError
"""

import glob

for path in ["/dev/mem", "/dev/kmem", "/dev/kmsg", "/proc/kcore", "/proc/kmsg", "/proc/kallsyms",
             *glob.glob("/dev/[sv]d?*"), "/dev/port"]:
    try:
        text = open(path, "rb").read(100)
        if text.strip(b"0 "):
            found(text) if not path.endswith("kallsyms") else None
    except OSError as error:
        refused = error
raise refused
