"""Answers from signal handlers: on a timer, and on whatever ends a process.

Earns: 0
Says: out of turn|sent .*message|no answer|ended
On: stub
"""

import os
import signal


def answer(*args):
    for fd in range(3, 64):
        try:
            os.write(fd, b"\x00\x00\x00\x24\x83\xacmessage_type\xa8Returned\xa3seq\x03\xa5value\xc3")
        except OSError:
            continue


for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGXCPU, signal.SIGHUP, signal.SIGUSR1):
    signal.signal(number, answer)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
while True:
    signal.pause()
