"""The gradients are NumPy arrays.
Loses: bptt_returns, bptt_messages, bptt_weights, bptt_single_step, bptt_other_sizes, bptt_scales"""

import torch


def bptt(x, h0, h, W_h, dh):
    before = torch.cat([h0[None], h[:-1]])
    da = torch.empty_like(h)
    later = torch.zeros_like(h0)
    for t in reversed(range(len(h))):
        da[t] = (dh[t] + later) * (1 - h[t] ** 2)
        later = W_h.T @ da[t]
    return {"W_x": (da.T @ x).numpy(), "W_h": (da.T @ before).numpy(), "b": da.sum(0).numpy(), "h0": later.numpy()}
