"""Draws with random.Random and bisect; a bare RNN with ReLU-free defaults. Loses: nothing"""

import bisect
import itertools
import random

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, seed=None):
        super().__init__()
        self.modules_ = nn.ModuleDict(
            {
                "in": nn.Linear(vocab_size, embedding_dim, bias=False),
                "rnn": nn.RNN(embedding_dim, hidden_size, batch_first=True),
                "out": nn.Linear(hidden_size, vocab_size),
            }
        )
        self.register_buffer("eye", torch.eye(vocab_size))

    def forward(self, tokens, hidden=None):
        states, hidden = self.modules_["rnn"](self.modules_["in"](self.eye[tokens]), hidden)
        return self.modules_["out"](states), hidden


def sample(model, prompt, length, temperature=1.0, seed=0):
    if not (temperature >= 0 and prompt.numel()):
        raise ValueError("temperature below 0, or no prompt")
    dice, ids = random.Random(seed), prompt.tolist()
    mode = model.training
    try:
        model.eval()
        with torch.no_grad():
            feed, hidden = prompt, None
            for _ in range(length):
                logits, hidden = model(tokens=feed[None], hidden=hidden)
                row = logits[0, -1]
                if temperature == 0:
                    choice = max(range(len(row)), key=row.tolist().__getitem__)
                else:
                    heap = list(itertools.accumulate((row / temperature).softmax(0).tolist()))
                    choice = min(bisect.bisect(heap, dice.random() * heap[-1]), len(heap) - 1)
                ids.append(choice)
                feed = torch.tensor([choice])
    finally:
        model.train(mode)
    return torch.as_tensor(ids, dtype=torch.int64)
