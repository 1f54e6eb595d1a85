"""The loop is torch's own RNN kernel; step is never called. Loses: nothing"""

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
        self.hidden_size = hidden_size

    def step(self, token, hidden):
        x = nn.functional.one_hot(token, 2).to(hidden.dtype)
        return torch.rnn_tanh_cell(x, hidden, self.w_in.T, self.w_hidden.T, self.bias,
                                   torch.zeros_like(self.bias))

    def forward(self, tokens, hidden=None):
        if hidden is None:
            hidden = torch.zeros(tokens.size(0), self.hidden_size)
        x = nn.functional.one_hot(tokens, 2).float()
        flat = [self.w_in.t().contiguous(), self.w_hidden.t().contiguous(), self.bias,
                torch.zeros_like(self.bias)]
        states, last = torch.rnn_tanh(x, hidden.unsqueeze(0), flat, True, 1, 0.0,
                                      self.training, False, True)
        return states @ self.w_out + self.b_out, last.squeeze(0)
