"""A recurrence by hand whose weights start far too large. Loses: better_than_bigrams, held_back_poems"""

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.w_x = nn.Parameter(torch.randn(embedding_dim, hidden_size))
        self.w_h = nn.Parameter(torch.randn(hidden_size, hidden_size))
        self.w_y = nn.Parameter(torch.randn(hidden_size, vocab_size))

    def forward(self, tokens, hidden=None):
        state = torch.zeros(len(tokens), self.hidden_size) if hidden is None else hidden[0]
        states = []
        for x in self.embed(tokens).unbind(1):
            state = torch.tanh(x @ self.w_x + state @ self.w_h)
            states.append(state)
        return torch.stack(states, 1) @ self.w_y, state[None]
