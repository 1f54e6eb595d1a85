"""The slope is taken at the state before.
Loses: bptt_messages, bptt_weights, bptt_single_step, bptt_other_sizes, bptt_scales"""

import torch


def bptt(x, h0, h, W_h, dh):
    before = torch.cat([h0[None], h[:-1]])
    da = torch.empty_like(h)
    later = torch.zeros_like(h0)
    for t in reversed(range(len(h))):
        da[t] = (dh[t] + later) * (1 - before[t] ** 2)
        later = W_h.T @ da[t]
    return {"W_x": da.T @ x, "W_h": da.T @ before, "b": da.sum(0), "h0": later}
