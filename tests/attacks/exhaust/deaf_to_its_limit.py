"""Goes on after the signal that tells it that its processor time is over.

Earns: 0
Says: loading the submission .*more than|ended by SIGKILL
"""

import signal

signal.signal(signal.SIGXCPU, signal.SIG_IGN)
while True:
    pass
