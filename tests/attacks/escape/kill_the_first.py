"""Kills process 1 and its own parent, the zygote that all submissions come from.

Earns: 10
Needs: namespace
"""

import os
import signal

for pid in (1, os.getppid()):
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV):
        os.kill(pid, number)
