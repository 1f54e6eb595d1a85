"""Truncation by lag: all dh walk at once, one step further each time. Loses: nothing"""

import torch


def truncated_bptt(x, h0, h, W_h, dh, window):
    if not window >= 1:
        raise ValueError(f"{window = }")
    T = h.shape[0]
    slope = 1 - h.pow(2)
    da, dh0 = torch.zeros_like(h), torch.zeros_like(h0)
    messages = dh  # row i is about to enter step i
    for _ in range(min(window, T)):
        entered = messages * slope[: len(messages)]
        da[: len(entered)] += entered
        sent = entered @ W_h
        dh0 = dh0 + sent[0]
        messages = sent[1:]
    before = torch.vstack((h0, h[:-1]))
    return {
        "h0": dh0, "b": torch.einsum("th->h", da),
        "W_h": torch.einsum("ti,tj->ij", da, before), "W_x": torch.einsum("th,ti->hi", da, x),
    }


def bptt(x, h0, h, W_h, dh):
    return truncated_bptt(x, h0, h, W_h, dh, 10**6)
