"""Leaves a daemon (two forks, a session of its own, deaf to signals) that waits and then writes.

Earns: 10
Also: nbgrader, otter
"""

import os
import signal
import time

if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    while True:
        time.sleep(0.2)
        for path in ("left", "/tmp/left", SECRET, OTHER):
            try:
                with open(path, "a") as file:
                    file.write("a daemon was here\n")
            except OSError:
                continue
os.wait()
