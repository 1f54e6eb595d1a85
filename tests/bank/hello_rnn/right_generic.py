"""Loops made with functools and itertools, keyword arguments everywhere, chatter on stderr.
Loses: nothing"""

import functools
import itertools
import logging
import sys

import torch
from torch import nn

logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)


class SimpleRNN(nn.Module):
    """With a recurrence of its own in two linear layers, folded over time."""

    def __init__(self, vocab_size=27, embedding_dim=10, hidden_size=32):
        nn.Module.__init__(self)
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.ModuleDict(
            {"x": nn.Linear(embedding_dim, hidden_size), "h": nn.Linear(hidden_size, hidden_size, bias=False)}
        )
        self.fc = nn.Linear(in_features=hidden_size, out_features=vocab_size)

    def forward(self, tokens, hidden):
        driven = self.rnn["x"](self.embed(tokens)).transpose(0, 1)
        step = lambda h, x: torch.tanh(x + self.rnn["h"](h))
        states = list(itertools.accumulate(driven, step, initial=hidden.squeeze(0)))[1:]
        return torch.stack([self.fc(h) for h in states], 1), torch.stack(states[-1:])

    def init_hidden(self, batch_size):
        return self.fc.weight.new_zeros((1, batch_size, self.fc.in_features))


def quietly(function):
    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        logging.debug("calling %s", function.__name__)
        return function(*args, **kwargs)

    return wrapped


@quietly
def train_step(model, optimizer, inputs, targets, hidden, *, criterion=nn.CrossEntropyLoss(reduction="none")):
    with torch.no_grad():
        hidden = hidden * 1.0
    logits, hidden = model(tokens=inputs, hidden=hidden)
    loss = criterion(logits.reshape(-1, logits.shape[-1]), targets.reshape(-1)).mean()
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    loss.backward()
    optimizer.step()
    return loss.detach().item(), hidden.data


@quietly
def fit(model, inputs, targets, epochs=100, lr=0.01):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, amsgrad=False, foreach=False)
    model.train()
    step = functools.partial(train_step, model, optimizer, inputs, targets)
    return [step(model.init_hidden(batch_size=inputs.size(0)))[0] for _ in itertools.repeat(None, epochs)]
