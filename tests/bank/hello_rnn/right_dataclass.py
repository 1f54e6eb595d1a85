"""A dataclass for sizes, a named tuple as result, a hook that picks up the hidden state.
Loses: nothing"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import NamedTuple

import torch
from torch import nn


@dataclass(frozen=True)
class Sizes:
    vocab: int
    embedding: int
    hidden: int


class Pairs(NamedTuple):
    inputs: torch.LongTensor
    targets: torch.LongTensor


@dataclass
class Outcome:
    loss: float
    hidden: torch.Tensor


def next_char_pairs(text: str, vocab: dict[str, int]) -> Pairs:
    numbers = torch.LongTensor([[vocab[c] for c in text]])
    return Pairs(inputs=numbers.narrow(1, 0, len(text) - 1), targets=numbers.roll(-1, dims=1)[..., :-1])


class SimpleRNN(nn.Module):
    def __init__(self, *sizes: int, **named: int) -> None:
        super().__init__()
        if named:
            sizes = sizes + tuple(named[k] for k in ("vocab_size", "embedding_dim", "hidden_size") if k in named)
        self.sizes = Sizes(*sizes)
        self.add_module("embed", nn.Embedding(self.sizes.vocab, self.sizes.embedding))
        self.add_module("rnn", nn.RNN(self.sizes.embedding, self.sizes.hidden, batch_first=True))
        self.add_module("fc", nn.Linear(self.sizes.hidden, self.sizes.vocab))

    def forward(self, tokens, hidden=None):
        hidden = self.init_hidden(len(tokens)) if hidden is None else hidden
        features, new = self.rnn.forward(self.embed.forward(tokens), hidden)
        return [self.fc.forward(features), new]

    def init_hidden(self, batch_size: int = 1):
        return torch.full((1, batch_size, self.sizes.hidden), 0.0)


def train_step(model, optimizer, inputs, targets, hidden):
    caught = []
    handle = model.register_forward_hook(lambda module, args, result: caught.append(result[1].detach()))
    try:
        logits = model(inputs, hidden.detach().requires_grad_(False))[0]
    finally:
        handle.remove()
    rows = [nn.functional.cross_entropy(row, answer) for row, answer in zip(logits, targets)]
    loss = sum(rows) / len(rows)
    model.zero_grad(set_to_none=True)
    torch.autograd.backward([loss])
    optimizer.step()
    outcome = Outcome(loss=float(loss.detach()), hidden=caught[-1])
    return astuple(outcome)
