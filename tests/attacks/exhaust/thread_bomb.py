"""Starts threads without end, in Python and past it.

Earns: 10
Says: limit of 32 processes and threads
"""

import threading

stay = threading.Event()
try:
    while True:
        threading.Thread(target=stay.wait, daemon=True).start()
finally:
    stay.set()
