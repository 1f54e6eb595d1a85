"""Always takes 40 steps.
Loses: losses_fall, steps_of_adam, clips, padding_changes_nothing, curve_of_new_models"""

import torch
from torch import nn


def memorize(model, tokens, targets, mask, steps=300, lr=1e-2):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(40):
        loss = masked_bit_loss(model(tokens)[0], targets, mask)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses
