"""Kills a process of the teacher's by its number, and by a descriptor of it.

Earns: 10
Says: ProcessLookupError|PermissionError
"""

import os
import signal

try:
    os.kill(BYSTANDER, signal.SIGKILL)
except OSError:
    signal.pidfd_send_signal(os.pidfd_open(BYSTANDER), signal.SIGSTOP)
raise RuntimeError("killed")
