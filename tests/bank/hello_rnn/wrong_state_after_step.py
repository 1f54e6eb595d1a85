"""Reads the window again after the step, for the state it returns.
Loses: loss_value, returned_state_is_cut"""

import torch
from torch import nn


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    hidden = model(inputs, torch.zeros_like(hidden))[1]
    return loss.item(), hidden.detach()
