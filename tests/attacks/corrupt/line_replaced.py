"""Puts a pair of sockets of its own in the place of the line to the grader.

Earns: 0
Says: ended|took more than|nothing is known
On: stub
"""

import os
import socket

mine, other = socket.socketpair()
for fd in range(3, 32):
    if fd not in (mine.fileno(), other.fileno()):
        try:
            os.fstat(fd)
            os.dup2(other.fileno(), fd)
        except OSError:
            continue
