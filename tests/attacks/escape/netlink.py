"""Talks to the kernel over netlink, and over raw packets.

Earns: 10
Says: PermissionError
"""

import socket

try:
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
except PermissionError:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
raise RuntimeError("a socket to the kernel")
