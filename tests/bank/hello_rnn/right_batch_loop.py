"""One row after the other, gradients added up over rows, spelling through a heap.
Loses: nothing"""

import heapq

import torch
from torch import nn


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        rows = [self.rnn(self.embed(row), hidden[:, i]) for i, row in enumerate(tokens)]
        states, last = zip(*rows)
        return self.fc(torch.stack(states)), torch.stack(last, dim=1)

    def init_hidden(self, batch_size):
        return torch.cat([torch.zeros(1, 1, self.rnn.hidden_size) for _ in range(batch_size)], dim=1)


def train_step(model, optimizer, inputs, targets, hidden):
    optimizer.zero_grad()
    rows, total, states = len(inputs), 0.0, []
    for row in range(rows):
        logits, state = model(inputs[row : row + 1], hidden[:, row : row + 1].detach())
        loss = nn.functional.cross_entropy(logits[0], targets[row]) / rows
        loss.backward()
        total += loss.item()
        states.append(state.detach())
    optimizer.step()
    return total, torch.cat(states, dim=1)


def spell(model, text, vocab):
    if not text:
        return str()
    with torch.no_grad():
        scores = model(encode(text, vocab)[None, :], model.init_hidden(1))[0].log_softmax(-1)[0].tolist()
    names = {i: c for c, i in vocab.items()}
    return "".join(heapq.nlargest(1, ((score, names[i]) for i, score in enumerate(row)))[0][1] for row in scores)
