"""The memory that is returned is detached. Loses: gradient_through_time"""

import math

import torch
from torch import nn


class ElmanRNN(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        scale = 1 / math.sqrt(hidden_size)
        self.w_in = nn.Parameter(torch.randn(2, hidden_size))
        self.w_hidden = nn.Parameter(scale * torch.randn(hidden_size, hidden_size))
        self.bias = nn.Parameter(torch.zeros(hidden_size))
        self.w_out = nn.Parameter(scale * torch.randn(hidden_size, 2))
        self.b_out = nn.Parameter(torch.zeros(2))

    def step(self, token, hidden):
        return torch.tanh(self.w_in[token] + hidden @ self.w_hidden + self.bias)

    def forward(self, tokens, hidden=None):

        if hidden is None:
            hidden = torch.zeros(len(tokens), len(self.bias))
        memories = []
        for t in range(tokens.shape[1]):
            hidden = self.step(tokens[:, t], hidden)
            memories.append(hidden)
        return torch.stack(memories, 1) @ self.w_out + self.b_out, hidden.detach()
