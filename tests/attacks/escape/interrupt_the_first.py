"""Sends process 1 every signal there is, those that Python handles among them.

Earns: 10
Needs: namespace
"""

import os
import signal
import time

for number in signal.valid_signals():
    os.kill(1, number)
time.sleep(0.2)
