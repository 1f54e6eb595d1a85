"""Sends each reply twice, in both orders.

Earns: 0
Says: out of turn
"""

from inside import host, wire

send = wire.send


def twice(sock, message):
    send(sock, message)
    if not isinstance(message, wire.Loaded):
        send(sock, message)


wire.send = host.wire.send = twice
