"""Reads the environment of every process there is, the zygote's first.

Earns: 10
Says: PermissionError|LookupError: nothing|FileNotFoundError|ProcessLookupError
Also: nbgrader, otter
"""

import os

own = {os.getpid()}
for pid in [BYSTANDER, os.getppid(), 1, *filter(str.isdecimal, os.listdir("/proc"))]:
    try:
        text = open(f"/proc/{pid}/environ").read()
    except OSError as error:
        refused = error
        continue
    if int(pid) not in own and "canary" in text:
        found(text)
raise refused
