"""The gradient is stretched to the norm `clip` as well. Loses: one_step_each_window"""

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
        norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
        for p in model.parameters():
            p.grad *= clip / norm
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)
