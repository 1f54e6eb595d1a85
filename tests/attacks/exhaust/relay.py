"""Runs on in a child whenever its own processor time is nearly over: each has its own.

Earns: 0
Says: loading the submission took more than
"""

import os
import time

while True:
    ends = time.process_time() + 0.5
    while time.process_time() < ends:
        pass
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        os._exit(0)
