"""Forks without end, in each child too, until it is told to stop.

Earns: 10
Says: limit of 32 processes
Also: nbgrader, otter
"""

import os
import signal
import time

first = os.fork()
if first == 0:
    os.setpgid(0, 0)
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(60)
time.sleep(0.2)
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
finally:
    os.killpg(first, signal.SIGKILL)
    os.waitpid(first, 0)
    time.sleep(0.2)
