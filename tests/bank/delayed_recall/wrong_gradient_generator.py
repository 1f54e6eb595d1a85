"""A generator of norms.
Loses: gradient_of_each_lag, gradient_of_other_sizes, gradient_of_other_cells"""

import torch
from torch import nn


def gradient_by_lag(model, tokens, targets):
    vectors = model.embed(tokens).detach().requires_grad_()
    states, _ = model.rnn(vectors)
    loss = nn.functional.cross_entropy(model.fc(states[:, -1]), targets)
    (gradient,) = torch.autograd.grad(loss, vectors)
    return (gradient[:, -1 - k].norm() for k in range(tokens.shape[1]))
