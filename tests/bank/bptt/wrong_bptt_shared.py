"""truncated_bptt is right by calling bptt for wide windows, and bptt forgets the slope.
Loses: bptt_messages, bptt_weights, bptt_single_step, bptt_other_sizes, bptt_scales,
wide_windows, every_window, windows_reach_h0"""

import torch


def bptt(x, h0, h, W_h, dh):
    before = torch.cat([h0[None], h[:-1]])
    da = torch.empty_like(h)
    later = torch.zeros_like(h0)
    for t in reversed(range(len(h))):
        da[t] = dh[t] + later
        later = W_h.T @ da[t]
    return {"W_x": da.T @ x, "W_h": da.T @ before, "b": da.sum(0), "h0": later}


def truncated_bptt(x, h0, h, W_h, dh, window):
    if window < 1:
        raise ValueError(window)
    if window >= len(h):
        return bptt(x, h0, h, W_h, dh)
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
