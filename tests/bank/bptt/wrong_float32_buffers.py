"""Gradients are gathered in tensors of torch's default dtype. Loses: bptt_returns"""

import torch


def bptt(x, h0, h, W_h, dh):
    T, H = h.shape
    g = {"W_x": torch.zeros(H, x.shape[1]), "W_h": torch.zeros(H, H), "b": torch.zeros(H)}
    later = torch.zeros_like(h0)
    for t in reversed(range(T)):
        da = (dh[t] + later) * (1 - h[t] ** 2)
        g["W_x"] += torch.outer(da, x[t])
        g["W_h"] += torch.outer(da, h[t - 1] if t else h0)
        g["b"] += da
        later = W_h.T @ da
    g["h0"] = later
    return g
