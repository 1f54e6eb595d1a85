"""All rows are one tensor, written over at each step.
Loses: forward_values, forward_other_sizes, forward_strong_weights, forward_arguments"""

import torch


def rnn_forward(x, h0, W_x, W_h, b):
    rows = []
    for x_t in x:
        h0[:] = torch.tanh(W_x @ x_t + W_h @ h0 + b)
        rows.append(h0)
    return torch.stack(rows)
