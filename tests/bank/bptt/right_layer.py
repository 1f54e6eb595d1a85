"""The forward pass by torch's own layer. Loses: nothing"""

import torch
from torch import nn


@torch.no_grad()
def rnn_forward(x, h0, W_x, W_h, b):
    layer = nn.RNN(W_x.shape[1], W_x.shape[0], batch_first=True).to(x.dtype)
    layer.weight_ih_l0.copy_(W_x)
    layer.weight_hh_l0.data = W_h.clone()
    layer.load_state_dict(
        {"bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}, strict=False
    )
    states, _ = layer(x.unsqueeze(0), h0.view(1, 1, -1))
    return states.squeeze(0)
