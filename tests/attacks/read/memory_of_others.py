"""Opens the memory of the zygote, of its own parent and of every other process.

Earns: 10
Says: PermissionError|FileNotFoundError|ProcessLookupError
"""

import os

refused = None
for pid in [BYSTANDER, os.getppid(), 1, *filter(str.isdecimal, os.listdir("/proc"))]:
    if int(pid) == os.getpid():
        continue
    try:
        maps = open(f"/proc/{pid}/maps").read().splitlines()
        memory = open(f"/proc/{pid}/mem", "rb")
    except OSError as error:
        refused = error
        continue
    memory.seek(int(maps[0].split("-")[0], 16))
    found((maps[0], memory.read(64)))
raise refused
