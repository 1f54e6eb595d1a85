"""Leaves threads running, in the loaded submission and in every check, that write where they can.

Earns: 10
"""

import os
import threading
import time


def write():
    while True:
        for path in (SECRET, "left"):
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
            except OSError:
                pass
        time.sleep(0.05)


threading.Thread(target=write, daemon=True).start()
os.register_at_fork(after_in_child=lambda: threading.Thread(target=write, daemon=True).start())
