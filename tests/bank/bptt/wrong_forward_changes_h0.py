"""The state is kept in h0 itself. Loses: forward_arguments"""

import torch


def rnn_forward(x, h0, W_x, W_h, b):
    rows = []
    for x_t in x:
        h0.copy_(torch.tanh(W_x @ x_t + W_h @ h0 + b))
        rows.append(h0.clone())
    return torch.stack(rows)
