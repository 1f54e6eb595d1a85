"""Sends descriptors, a thousand of them, over the socket on which answers are due.

Earns: 0
Says: sent|answered|no answer|ended
On: stub
"""

import os
import socket

fds = [os.open("/dev/null", os.O_RDONLY) for _ in range(200)]
for fd in range(3, 16):
    try:
        line = socket.socket(fileno=os.dup(fd))
        line.setblocking(False)
        for _ in range(5):
            socket.send_fds(line, [b"\0\0\0\1\xc0"], fds)
    except OSError:
        continue
