"""The forward pass by nn.RNNCell, its weights as parameters. Loses: nothing"""

import torch
from torch import nn


def rnn_forward(x, h0, W_x, W_h, b):
    cell = nn.RNNCell(x.shape[-1], h0.shape[-1], bias=True, dtype=x.dtype)
    cell.weight_ih, cell.weight_hh = nn.Parameter(W_x), nn.Parameter(W_h)
    cell.bias_ih, cell.bias_hh = nn.Parameter(b), nn.Parameter(b * 0)
    states, state = [], h0[None]
    for x_t in x.split(1):
        state = cell(x_t, state)
        states.append(state)
    return torch.cat(states).detach()
