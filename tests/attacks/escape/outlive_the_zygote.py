"""Kills the zygote and stays behind in a session of its own, an orphan that nobody looks for.

Earns: 10
Needs: namespace
"""

import os
import signal
import time

zygote = os.getppid()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.setsid()
        os.kill(zygote, signal.SIGKILL)
        time.sleep(600)
    os._exit(0)
os.wait()
