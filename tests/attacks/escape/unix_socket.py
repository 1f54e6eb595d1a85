"""Calls a service of this machine over its Unix socket.

Earns: 10
Says: PermissionError|FileNotFoundError
"""

import socket

with socket.socket(socket.AF_UNIX) as line:
    line.connect(STREAM)
    found(line.getpeername())
