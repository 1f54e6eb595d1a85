"""A negative window is taken for one. Loses: window_below_one"""

import torch


def truncated_bptt(x, h0, h, W_h, dh, window):
    if not window:
        raise ValueError(window)
    before = torch.cat([h0[None], h[:-1]])
    da, dh0 = torch.zeros_like(h), torch.zeros_like(h0)
    for t in range(len(h)):
        message = dh[t]
        for s in range(t, max(t - window, -1), -1):
            message = message * (1 - h[s] ** 2)
            da[s] += message
            message = W_h.T @ message
        if t < window:
            dh0 += message
    return {"W_x": da.T @ x, "W_h": da.T @ before, "b": da.sum(0), "h0": dh0}
