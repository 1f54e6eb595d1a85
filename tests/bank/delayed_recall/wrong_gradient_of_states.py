"""The gradient at the output of rnn, where each state is a beginning of its own.
Loses: gradient_of_each_lag, gradient_of_other_sizes, gradient_of_other_cells"""

import torch
from torch import nn


def gradient_by_lag(model, tokens, targets):
    states, _ = model.rnn(model.embed(tokens))
    loss = nn.functional.cross_entropy(model.fc(states[:, -1]), targets)
    (gradient,) = torch.autograd.grad(loss, states)
    return gradient.norm(dim=(0, 2)).flip(0)
