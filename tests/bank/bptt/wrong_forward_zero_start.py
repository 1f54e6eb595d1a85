"""The first state is made from zeros, not from h0.
Loses: forward_values, forward_other_sizes, forward_strong_weights"""

import torch


def rnn_forward(x, h0, W_x, W_h, b):
    h, rows = torch.zeros_like(h0), []
    for x_t in x:
        h = torch.tanh(W_x @ x_t + W_h @ h + b)
        rows.append(h)
    return torch.stack(rows)
