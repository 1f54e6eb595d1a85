"""The last window's loss is returned. Loses: mean_loss"""

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
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
    return losses[-1]
