"""Dropout in the model, time first inside, evaluation that switches modes and back. Loses: nothing"""

import contextlib
import math

import torch
import torch.nn.functional as F
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.encoder = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(input_size=embedding_dim, hidden_size=hidden_size)
        self.decoder = nn.Linear(hidden_size, vocab_size)
        self.drop = nn.Dropout(0.1)

    def forward(self, tokens, hidden=None):
        if hidden is None:
            hidden = self.encoder.weight.new_zeros(1, tokens.size(0), self.rnn.hidden_size)
        out, hidden = self.rnn(self.encoder(tokens.t()), hidden)
        return self.decoder(self.drop(out)).permute(1, 0, 2), hidden


@contextlib.contextmanager
def evaluating(model):
    mode = model.training
    model.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        model.train(mode)


def bits_per_char(model, ids):
    if len(ids) < 2:
        raise ValueError("two characters at least")
    with evaluating(model):
        log_p = F.log_softmax(model(ids[:-1][None])[0], dim=-1)
    return F.nll_loss(log_p[0], ids[1:]).item() / math.log(2.0)


def sample(model, prompt, length, temperature=1.0, seed=0):
    if temperature < 0 or len(prompt) < 1:
        raise ValueError("see the docstring")
    rng = torch.Generator()
    rng.manual_seed(seed)
    out = torch.empty(len(prompt) + length, dtype=torch.long)
    out[: len(prompt)] = prompt
    with evaluating(model):
        logits, h = model(prompt[None], None)
        for i in range(len(prompt), len(out)):
            last = logits[:, -1, :]
            if temperature == 0:
                out[i] = last.topk(1).indices.item()
            else:
                weights = torch.exp(F.log_softmax(last / temperature, -1))
                out[i] = torch.multinomial(weights, 1, replacement=True, generator=rng).item()
            logits, h = model(out[i].view(1, 1), h)
    return out
