"""The state is detached at every step. Loses: gradient_through_time"""

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.RNNCell(embedding_dim, hidden_size)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden=None):
        state = torch.zeros(len(tokens), self.hidden_size) if hidden is None else hidden[0]
        states = []
        for t in range(tokens.shape[1]):
            state = self.cell(self.embed(tokens[:, t]), state.detach())
            states.append(state)
        return self.fc(torch.stack(states, 1)), state[None]
