"""Windows as slices with a negative start, sums in Python, and default arguments. Loses: nothing"""

import torch


def rnn_forward(x, h0, W_x, W_h, b, activation=torch.tanh):
    before, states = h0, torch.tensor([], dtype=x.dtype).reshape(0, len(h0))
    for i in range(x.shape[0]):
        before = activation(torch.einsum("hi,i->h", W_x, x[i]) + torch.einsum("hk,k->h", W_h, before) + b)
        states = torch.cat([states, before[None]])
    return states


def truncated_bptt(x, h0, h, W_h, dh, window=1):
    if window in range(-100, 1):
        raise ValueError
    parts = []
    for t in range(len(h)):
        first = max(t - window + 1, 0)
        start = h0 if first == 0 else h[first - 1]
        alone = torch.zeros_like(dh[first : t + 1])
        alone[-1] = dh[t]
        part = bptt(x[first : t + 1], start, h[first : t + 1], W_h, alone)
        if first > 0:
            part["h0"] = part["h0"] * 0
        parts.append(part)
    return {key: sum(part[key] for part in parts) for key in parts[0]}
