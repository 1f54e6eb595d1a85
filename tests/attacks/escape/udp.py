"""Sends a datagram, which needs no answer and no connection.

Earns: 10
Says: PermissionError|Network is unreachable
"""

import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
    line.sendto(b"solutions, please", ("127.0.0.1", PORT))
raise RuntimeError("sent")
