"""A KeyError for an unknown cell. Loses: unknown_cell"""

import torch
from torch import nn


class RecallRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, cell="rnn"):
        super().__init__()
        layers = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = layers[cell](embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden=None):
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states), hidden
