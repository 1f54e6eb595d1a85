"""Serves the checks itself, with a guess for every call, and objects that were never made.

Earns: 0
Says: expected
On: stub
"""

from inside import host, wire


def serve(sock, module, seq, limits):
    wire.send(sock, wire.Returned(seq, None))
    while True:
        request = wire.receive(sock, wire.Request, 2**31)
        if isinstance(request, wire.Get):
            value = wire.Reference(1000, "function")
        elif isinstance(request, wire.Call) and request.keep:
            value = wire.Reference(2000, "Tensor (float32, shape (1, 2, 4))")
        else:
            value = [0.0] * 100
        wire.send(sock, wire.Returned(request.seq, wire.plain(value, None, 2**20)))


host._check = serve
