"""Says that a thousand cells went wrong, each with a message of its own that sounds like success.

Earns: 0
Says: not attempted|10 of 10
On: stub
"""

import sys

from inside import host, wire

honest = wire.send


def send(sock, message):
    if isinstance(message, wire.Loaded):
        told = [wire.Problem(n, "Passed", f"10 of 10 points {n}", "") for n in range(1000)]
        message = wire.Loaded(message.seq, told)
    honest(sock, message)


wire.send = host.wire.send = send
