"""Reports the end of each check itself, with exit code 0, as soon as a check begins.

Earns: 0
Says: ended its own process .exit code 0
On: stub
"""

from inside import host, wire

host._check = lambda sock, module, seq, limits: wire.send(sock, wire.Ended(0))
