"""Looks up a name and fetches a page, in two ways.

Earns: 10
Says: PermissionError|URLError|gaierror
"""

import socket
import urllib.request

try:
    found(socket.getaddrinfo("example.com", 80))
except OSError:
    found(urllib.request.urlopen("http://93.184.215.14/", timeout=2).read(10))
