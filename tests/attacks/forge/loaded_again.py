"""Sends, as the answer to each check, that it has been loaded and that all was well.

Earns: 0
Says: out of turn
On: stub
"""

from inside import host, wire

host._check = lambda sock, module, seq, limits: wire.send(sock, wire.Loaded(seq, []))
