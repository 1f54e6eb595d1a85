"""Squeezes sizes of 1 away. Loses: losses_fall, spells_hello, other_sizes, spells_with_memory"""

import torch
from torch import nn


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states).squeeze(), hidden

    def init_hidden(self, batch_size):
        return torch.zeros(1, batch_size, self.hidden_size)
