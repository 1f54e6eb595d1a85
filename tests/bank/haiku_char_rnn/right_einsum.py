"""einsum and a gated unit by hand, weights in a ParameterDict, orthogonal start. Loses: nothing"""

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.size = hidden_size
        e, h = embedding_dim, hidden_size
        shapes = {"ez": (e, h), "hz": (h, h), "en": (e, h), "hn": (h, h), "out": (h, vocab_size)}
        self.w = nn.ParameterDict({k: nn.Parameter(torch.zeros(s)) for k, s in shapes.items()})
        self.w["embed"] = nn.Parameter(torch.randn(vocab_size, e) * 0.5)
        self.bias = nn.ParameterList([nn.Parameter(torch.zeros(n)) for n in (h, h, vocab_size)])
        for name in shapes:
            nn.init.orthogonal_(self.w[name])

    def forward(self, tokens, hidden=None):
        h = tokens.new_zeros(len(tokens), self.size, dtype=torch.float) if hidden is None else hidden[0]
        vectors = self.w["embed"][tokens]
        z_in = torch.einsum("bte,eh->tbh", vectors, self.w["ez"]) + self.bias[0]
        n_in = torch.einsum("bte,eh->tbh", vectors, self.w["en"]) + self.bias[1]
        states = []
        for a, b in zip(z_in, n_in):
            z = torch.sigmoid(a + torch.einsum("bh,hk->bk", h, self.w["hz"]))
            n = torch.tanh(b + torch.einsum("bh,hk->bk", h, self.w["hn"]))
            h = z * h + (1 - z) * n
            states.append(h)
        logits = torch.einsum("tbh,hv->btv", torch.stack(states), self.w["out"]) + self.bias[2]
        return logits, torch.stack([h])
