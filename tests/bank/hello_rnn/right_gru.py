"""A GRU where a plain RNN would do, zeros written in place, losses collected by a generator. Loses: nothing"""

import torch
from torch import nn


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.GRU(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        hs, _ = self.rnn(self.embed(tokens), hidden)
        return self.fc(hs), hs[:, -1].unsqueeze(0)

    def init_hidden(self, batch_size):
        h = torch.empty(1, batch_size, self.hidden_size)
        h.zero_()
        return h


def epochs_of(model, optimizer, inputs, targets):
    while True:
        loss, _ = train_step(model, optimizer, inputs, targets, model.init_hidden(inputs.shape[0]))
        yield loss


def fit(model, inputs, targets, epochs=100, lr=0.01):
    run = epochs_of(model, torch.optim.Adam(model.parameters(), lr=lr), inputs, targets)
    return list(next(run) for _ in range(epochs))
