"""Gradients added up over single rows, scoring in chunks, a subclass for each cell, orthogonal
weights, an autouse helper class.
Loses: nothing"""

from collections import Counter, OrderedDict

import torch
from torch import nn


class Layer:
    @staticmethod
    def of(name, *sizes):
        match name:
            case "rnn":
                return nn.RNN(*sizes, batch_first=True, nonlinearity="tanh")
            case "gru":
                return nn.GRU(*sizes, batch_first=True)
            case "lstm":
                return nn.LSTM(*sizes, batch_first=True)
        raise ValueError("no such cell")


class RecallRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, cell="rnn"):
        super().__init__()
        parts = OrderedDict(
            embed=nn.Embedding(vocab_size, embedding_dim),
            rnn=Layer.of(cell, embedding_dim, hidden_size),
            fc=nn.Linear(hidden_size, vocab_size),
        )
        for name, part in parts.items():
            self.add_module(name, part)
        nn.init.orthogonal_(self.rnn.weight_hh_l0)

    def forward(self, tokens, hidden=None):
        x = self.embed(tokens)
        out, hidden = self.rnn(x) if hidden is None else self.rnn(x, hidden)
        return self.fc(out), hidden


def masked_accuracy(logits, targets, ignore_index=-100):
    tally = Counter()
    for best, due in zip(logits.argmax(-1).flatten().tolist(), targets.flatten().tolist()):
        if due != ignore_index:
            tally[best == due] += 1
    return tally[True] / tally.total() if tally else 0.0


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, amsgrad=False)
    losses = []
    for step in range(steps):
        tokens = random_tokens(batch_size, length, vocab_size, seed * 100_003 + step)
        optimizer.zero_grad()
        total = 0.0
        for part in tokens.split((batch_size + 1) // 2):
            loss = masked_loss(model(part)[0], delayed_targets(part, delay)) * len(part) / batch_size
            loss.backward()
            total += loss.item()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()
        losses.append(total)
    return losses


def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    tokens = random_tokens(batch_size, length, vocab_size, seed)
    scores = []
    for row in tokens.split(10):
        with torch.no_grad():
            logits = model(row)[0]
        scores.append(masked_accuracy(logits, delayed_targets(row, delay)) * len(row))
    return sum(scores) / batch_size
