"""The recurrence by hand, one-hot input, view before the loss, in-place detach. Loses: nothing"""

import math
import sys

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.V, self.H = vocab_size, hidden_size

        def weight(n, m):
            return nn.Parameter(torch.empty(n, m).uniform_(-1, 1) / math.sqrt(n))

        self.embedding = nn.Parameter(torch.randn(vocab_size, embedding_dim))
        self.W_x = weight(embedding_dim, hidden_size)
        self.W_h = weight(hidden_size, hidden_size)
        self.b = nn.Parameter(torch.zeros(hidden_size))
        self.W_y = weight(hidden_size, vocab_size)
        self.c = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, tokens, hidden=None):
        B, T = tokens.size()
        h = torch.zeros(B, self.H) if hidden is None else hidden.squeeze(0)
        x = nn.functional.one_hot(tokens, self.V).float() @ self.embedding @ self.W_x + self.b
        rows = []
        for t in range(T):
            h = torch.tanh(x[:, t] + h @ self.W_h)
            rows.append(h @ self.W_y + self.c)
        return torch.stack(rows, dim=1), h.unsqueeze(0).clone()


def train_epoch(model, optimizer, batches, clip=1.0):
    print("an epoch begins", file=sys.stderr)
    model.train()
    total, hidden = 0.0, None
    for step, batch in enumerate(batches):
        x, y = batch
        if hidden is not None:
            hidden.detach_()
        optimizer.zero_grad(set_to_none=False)
        scores, hidden = model(x, hidden=hidden)
        loss = nn.CrossEntropyLoss()(scores.reshape(-1, scores.size(-1)), y.reshape(-1))
        loss.backward()
        norm = math.sqrt(sum(p.grad.square().sum().item() for p in model.parameters()))
        if norm > clip:
            for p in model.parameters():
                p.grad.mul_(clip / norm)
        optimizer.step()
        total += loss.item()
    return total / (step + 1)
