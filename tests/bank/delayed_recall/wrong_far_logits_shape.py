"""A model that answers for the last step alone. Loses: recalls_twenty"""

import torch
from torch import nn


class Last(nn.Module):
    def forward(self, tokens, hidden=None):
        return torch.zeros(len(tokens), 8), None


def recall_far(delay, length, vocab_size, seed=0):
    return Last()
