"""view instead of transpose, to get the classes second, in the single step: fit has its own.
Loses: loss_value, incoming_state_is_cut, returned_state_is_cut, exactly_one_step"""

import torch
from torch import nn


def train_step(model, optimizer, inputs, targets, hidden):
    logits, hidden = model(inputs, hidden.detach())
    loss = nn.functional.cross_entropy(logits.reshape(logits.size(0), logits.size(2), -1), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item(), hidden.detach()


def fit(model, inputs, targets, epochs=100, lr=0.01):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        logits, _ = model(inputs, model.init_hidden(len(inputs)))
        loss = nn.functional.cross_entropy(logits.transpose(1, 2), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
