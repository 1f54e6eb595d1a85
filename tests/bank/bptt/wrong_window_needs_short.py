"""A window wider than T runs off the start of the sequence.
Loses: wide_windows, every_window, windows_reach_h0"""

import torch


def truncated_bptt(x, h0, h, W_h, dh, window):
    if window < 1:
        raise ValueError(f"window must be 1 or more, got {window}")
    before = torch.cat([h0[None], h[:-1]])
    da, dh0 = torch.zeros_like(h), torch.zeros_like(h0)
    for t in range(len(h)):
        message = dh[t]
        for s in range(t, t - window, -1):
            message = message * (1 - h[s] ** 2)
            da[s] += message
            message = W_h.T @ message
        if t < window:
            dh0 += message
    return {"W_x": da.T @ x, "W_h": da.T @ before, "b": da.sum(0), "h0": dh0}
