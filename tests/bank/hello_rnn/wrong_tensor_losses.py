"""Losses are tensors, not floats. Loses: loss_value, losses_fall, two_windows"""

from torch import nn


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss, hidden.detach()
