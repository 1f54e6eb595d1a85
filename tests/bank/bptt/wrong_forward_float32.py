"""States are gathered in torch's default dtype. Loses: forward_shape"""

import torch


def rnn_forward(x, h0, W_x, W_h, b):
    h = torch.zeros(len(x), len(h0))
    for t in range(len(x)):
        h0 = torch.tanh(W_x @ x[t] + W_h @ h0 + b)
        h[t] = h0
    return h
