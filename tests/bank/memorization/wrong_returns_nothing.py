"""Forgets to return the losses. Loses: losses_fall, padding_changes_nothing"""

import torch
from torch import nn


def memorize(model, tokens, targets, mask, steps=300, lr=1e-2):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = masked_bit_loss(model(tokens)[0], targets, mask)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
