"""Makes itself the one to whom orphans go, so that its children are nobody else's to find.

Earns: 10
"""

import ctypes
import os
import time

ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
for _ in range(3):
    if os.fork() == 0:
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
        if os.fork() == 0:
            os.setsid()
        time.sleep(600)
        os._exit(0)
