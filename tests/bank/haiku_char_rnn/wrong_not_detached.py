"""The state is not detached between windows. Loses: state_is_detached, better_than_bigrams, held_back_poems"""

import torch
import torch.nn.functional as F


def train_epoch(model, optimizer, batches, clip=1.0):
    hidden, losses = None, []
    for inputs, targets in batches:
        logits, hidden = model(inputs, hidden)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)
