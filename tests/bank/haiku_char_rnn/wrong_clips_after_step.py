"""Clipped after the step, when it is too late. Loses: gradient_is_clipped"""

import torch
import torch.nn.functional as F


def train_epoch(model, optimizer, batches, clip=1.0):
    hidden, losses = None, []
    for inputs, targets in batches:
        logits, hidden = model(inputs, hidden)
        hidden = hidden.detach()
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        losses.append(loss.item())
    return sum(losses) / len(losses)
