"""None is read as a state of ones. Loses: forward_shapes"""

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden=None):
        if hidden is None:
            hidden = torch.ones(1, len(tokens), self.hidden_size)
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states), hidden
