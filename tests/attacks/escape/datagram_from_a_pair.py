"""Turns one end of a socket pair, which is allowed, towards a service that takes datagrams.

Earns: 10
Says: PermissionError
"""

import socket

mine, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
try:
    mine.sendto(b"solutions, please", DATAGRAM)
except OSError:
    mine.connect(DATAGRAM)
    mine.send(b"solutions, please")
raise RuntimeError("sent")
