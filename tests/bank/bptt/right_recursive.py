"""Recursion, a generator, and norms as roots of eigenvalues. Loses: nothing"""

import torch


def walk(h, W_h, dh, t, later):
    """(t, gradient of a[t]) from step t to the first, then (-1, what reaches h0)."""
    if t < 0:
        yield t, later
        return
    da = (dh[t] + later) * (1 - h[t]) * (1 + h[t])
    yield t, da
    yield from walk(h, W_h, dh, t - 1, W_h.mT @ da)


def bptt(x, h0, h, W_h, dh):
    found = {"W_x": 0, "W_h": 0, "b": 0}
    for t, da in walk(h, W_h, dh, len(h) - 1, torch.zeros_like(h0)):
        if t < 0:
            return {**found, "h0": da}
        before = h0 if t == 0 else h[t - 1]
        found["W_x"] = found["W_x"] + torch.outer(da, x[t])
        found["W_h"] = found["W_h"] + torch.outer(da, before)
        found["b"] = found["b"] + da


def jacobian_norms(h, W_h):
    J = torch.eye(W_h.size(0)).to(h)
    norms = []
    for k in range(h.size(0)):
        norms.append(torch.linalg.eigvalsh(J.T @ J)[-1].clamp(min=0).sqrt())
        J = J @ (torch.diag_embed(1 - h[-1 - k] ** 2) @ W_h)
    return torch.tensor(norms, dtype=h.dtype)
