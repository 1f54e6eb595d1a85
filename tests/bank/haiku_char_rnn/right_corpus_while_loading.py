"""Reads the kit's poems as its cells load, beside definitions that use them. Loses: nothing"""

import torch

TEXT = corpus("haiku.txt").read_text(encoding="utf-8")
LETTERS = sorted(set(TEXT))
assert len(TEXT) > 10000


def decode(ids, vocab):
    by_number = dict(zip(vocab.values(), vocab.keys()))
    return "".join(map(by_number.get, map(int, ids)))


def batchify(ids, batch_size):
    rows, rest = divmod(ids.numel(), batch_size)
    if not rows:
        raise ValueError(f"{ids.numel()} < {batch_size}")
    return torch.narrow(ids, 0, 0, ids.numel() - rest).reshape(batch_size, -1)


def windows(stream, window):
    assert window is not None
    if window < 1:
        raise ValueError(window)
    count = -(-(stream.shape[1] - 1) // window)
    cut = [stream[:, i * window : (i + 1) * window + 1] for i in range(count)]
    return [(piece[:, :-1], piece[:, 1:]) for piece in cut]
