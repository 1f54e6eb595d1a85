"""Reads from every descriptor it has inherited, and looks where they lead.

Earns: 10
Says: LookupError: nothing|an answer|not a message
"""

import os

for fd in range(256):
    try:
        leads_to = os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        continue
    if leads_to.startswith("/") and leads_to != "/dev/null" and not leads_to.startswith("/proc"):
        found(leads_to)
    try:
        os.fchdir(fd)
        found(os.listdir(".."))
    except OSError:
        os.set_blocking(fd, False) if fd else None
    try:
        got = os.pread(fd, 100, 0)
        if got:
            found(got)
    except OSError:
        continue
    finally:
        os.set_blocking(fd, True)
raise LookupError("nothing is open but what is mine")
