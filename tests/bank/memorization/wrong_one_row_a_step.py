"""One sequence a step, in turn. Loses: losses_fall, memorizes_ten, memorizes_twenty, steps_of_adam"""

import torch
from torch import nn


def memorize(model, tokens, targets, mask, steps=300, lr=1e-2):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for number in range(steps):
        row = slice(number % len(tokens), number % len(tokens) + 1)
        loss = masked_bit_loss(model(tokens[row])[0], targets[row], mask[row])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses
