"""Calls a server on this machine.

Earns: 10
Says: PermissionError|ConnectionRefusedError|Network is unreachable
Also: nbgrader, otter
"""

import socket

with socket.create_connection(("127.0.0.1", PORT), 2) as line:
    line.sendall(b"solutions, please")
    found(line.getpeername())
