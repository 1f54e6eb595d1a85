"""Explicit Jacobians, multiplied out for each pair of steps. Loses: nothing"""

from collections import OrderedDict
from functools import reduce

import torch


def steps(h, W_h):
    return [torch.diag(1 - h_t * h_t) @ W_h for h_t in h]


def reach(h, W_h, t, s):
    """d h[t] / d h[s], for s = -1 as well."""
    eye = torch.eye(len(W_h), dtype=W_h.dtype)
    return reduce(torch.matmul, reversed(steps(h, W_h)[s + 1 : t + 1]), eye)


def bptt(x, h0, h, W_h, dh):
    T, (H, I) = len(h), (len(h0), x.shape[1])
    W_x_, W_h_ = torch.zeros(H, I, dtype=x.dtype), torch.zeros(H, H, dtype=x.dtype)
    b_, h0_ = torch.zeros(H, dtype=x.dtype), torch.zeros(H, dtype=x.dtype)
    for t in range(T):
        for s in range(t + 1):
            da = (dh[t] @ reach(h, W_h, t, s)) * (1 - h[s] ** 2)
            W_x_ += da[:, None] * x[s][None, :]
            W_h_ += da[:, None] * (h[s - 1] if s else h0)[None, :]
            b_ += da
        h0_ += reach(h, W_h, t, -1).T @ dh[t]
    return OrderedDict(W_x=W_x_, W_h=W_h_, b=b_, h0=h0_)


def jacobian_norms(h, W_h):
    last = len(h) - 1
    return torch.stack([torch.linalg.svdvals(reach(h, W_h, last, last - k)).max() for k in range(len(h))])
