"""Packs tensors whose bytes, shape and type have nothing to do with each other.

Earns: 9
Says: a tensor of (shape|unknown dtype)
"""

import msgspec

from inside import wire


def packed(name, shape, content):
    return msgspec.msgpack.Ext(1, wire.encode([name, shape, content]))


pack = wire._pack_tensor
wire._pack_tensor = lambda tensor, limit: (
    pack(tensor, limit) if tensor.dtype != torch.int64
    else packed("int64", [2**31, 2**31], b"12345678") if tensor.numel() % 2
    else packed("qint8", [-1, -1], bytes(8))
)
