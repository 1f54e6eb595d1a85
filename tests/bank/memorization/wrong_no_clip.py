"""Nothing is clipped. Loses: clips"""

import torch
from torch import nn


def memorize(model, tokens, targets, mask, steps=300, lr=1e-2):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = masked_bit_loss(model(tokens)[0], targets, mask)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
