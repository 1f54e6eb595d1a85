"""A bidirectional layer, which reads ahead. Loses: rows_order_sizes, state_is_memory, better_than_bigrams, held_back_poems"""

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(2 * hidden_size, vocab_size)

    def forward(self, tokens, hidden=None):
        start = None if hidden is None else torch.cat([hidden, torch.zeros_like(hidden)])
        states, hidden = self.rnn(self.embed(tokens), start)
        return self.fc(states), hidden[:1]
