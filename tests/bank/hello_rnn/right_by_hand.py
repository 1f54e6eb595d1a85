"""The recurrence by hand, time first inside, view before the loss, in-place detach. Loses: nothing"""

import math
import sys

import torch
from torch import nn


class Recurrence(nn.Module):
    def __init__(self, n_in, n_hidden):
        super().__init__()
        bound = 1 / math.sqrt(n_hidden)
        self.W_x = nn.Parameter(torch.empty(n_in, n_hidden).uniform_(-bound, bound))
        self.W_h = nn.Parameter(torch.empty(n_hidden, n_hidden).uniform_(-bound, bound))
        self.b = nn.Parameter(torch.zeros(n_hidden))

    def forward(self, x, h):
        states = []
        for x_t in x:
            h = torch.tanh(x_t @ self.W_x + h @ self.W_h + self.b)
            states.append(h)
        return torch.stack(states), h


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = Recurrence(embedding_dim, hidden_size)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        states, last = self.rnn(self.embed(tokens.t()), hidden[0])
        return self.fc(states).transpose(0, 1), last[None]

    def init_hidden(self, batch_size):
        return torch.zeros(1, batch_size, self.rnn.b.numel())


loss_fn = nn.CrossEntropyLoss()


def train_step(model, optimizer, inputs, targets, hidden):
    print("training", file=sys.stderr)
    hidden.detach_()

    def closure():
        optimizer.zero_grad(set_to_none=True)
        logits, closure.hidden = model(inputs, hidden)
        closure.loss = loss_fn(logits.transpose(1, 2), targets)
        closure.loss.backward()
        return closure.loss

    optimizer.step(closure)
    return closure.loss.item(), closure.hidden.detach().clone()


def fit(model, inputs, targets, epochs=100, lr=0.01):
    adam = torch.optim.Adam(params=model.parameters(), lr=lr)
    return [
        train_step(model, adam, inputs, targets, torch.zeros_like(model.init_hidden(len(inputs))))[
            0
        ]
        for _ in range(epochs)
    ]


@torch.inference_mode()
def spell(model, text, vocab):
    if len(text) == 0:
        return ""
    letters = sorted(vocab, key=vocab.get)
    ids = torch.as_tensor([vocab[letter] for letter in text]).reshape(1, -1)
    scores = model(tokens=ids, hidden=model.init_hidden(1))[0]
    return "".join(letters[i] for i in scores.squeeze(0).max(dim=1).indices)
