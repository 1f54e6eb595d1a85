"""One message is carried, and dropped every `window` steps.
Loses: every_window, windows_reach_h0"""

import torch


def truncated_bptt(x, h0, h, W_h, dh, window):
    if window < 1:
        raise ValueError(window)
    before = torch.cat([h0[None], h[:-1]])
    da, later = torch.empty_like(h), torch.zeros_like(h0)
    for count, t in enumerate(reversed(range(len(h))), start=1):
        da[t] = (dh[t] + later) * (1 - h[t] ** 2)
        later = W_h.T @ da[t] if count % window or t == 0 else torch.zeros_like(h0)
    return {"W_x": da.T @ x, "W_h": da.T @ before, "b": da.sum(0), "h0": later}
