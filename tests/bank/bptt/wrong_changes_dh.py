"""Messages are added to dh itself. Loses: bptt_arguments"""

import torch


def bptt(x, h0, h, W_h, dh):
    before = torch.cat([h0[None], h[:-1]])
    dh *= 1 - h**2
    for t in range(len(h) - 1, 0, -1):
        dh[t - 1] += (W_h.T @ dh[t]) * (1 - h[t - 1] ** 2)
    return {"W_x": dh.T @ x, "W_h": dh.T @ before, "b": dh.sum(0), "h0": W_h.T @ dh[0]}
