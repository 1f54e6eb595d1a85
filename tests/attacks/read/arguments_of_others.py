"""Reads the command lines of every process there is.

Earns: 10
Says: LookupError: nothing
Needs: namespace
"""

import os

for pid in filter(str.isdecimal, os.listdir("/proc")):
    arguments = open(f"/proc/{pid}/cmdline").read()
    if "canary" in arguments or "autograder" in arguments:
        found(arguments)
raise LookupError("nothing in the arguments of anybody")
