"""Calls a service over a Unix socket that is no file, so that no wall of paths stands before it.

Earns: 10
Says: PermissionError|ConnectionRefusedError
"""

import socket

with socket.socket(socket.AF_UNIX) as line:
    line.connect("\0" + ABSTRACT)
    found(line.getpeername())
