"""Opens a port of its own, at which others could fetch what it has.

Earns: 10
Says: PermissionError|Operation not permitted
"""

import socket

socket.create_server(("0.0.0.0", 0), reuse_port=False)
raise RuntimeError("listening")
