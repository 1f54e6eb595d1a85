"""Leaves pipes and sockets, which keep waiting whoever opens them.

Earns: 10
Says: PermissionError|^$
"""

import os
import socket

for name in ("pipe", "hello_rnn.ipynb", "hello_rnn.py"):
    os.mkfifo(name)
mine, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
mine.bind("socket")
