"""forward folds step over the time axis; the state is carried in a list. Loses: nothing"""

import math
from itertools import accumulate

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
        return torch.addmm(self.bias, hidden, self.w_hidden).add(self.w_in.index_select(0, token)).tanh()

    def forward(self, tokens, hidden=None):
        start = tokens.new_zeros(len(tokens), len(self.bias), dtype=torch.float32) if hidden is None else hidden
        states = list(accumulate(tokens.t(), lambda h, x: self.step(x, h), initial=start))[1:]
        scores = [nn.functional.linear(h, self.w_out.T, self.b_out) for h in states]
        return torch.stack(scores).transpose(0, 1), states[-1]
