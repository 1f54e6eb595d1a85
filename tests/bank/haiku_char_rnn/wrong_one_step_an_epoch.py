"""One optimizer step for all windows together. Loses: one_step_each_window, state_is_detached, better_than_bigrams, held_back_poems"""

import torch
import torch.nn.functional as F


def train_epoch(model, optimizer, batches, clip=1.0):
    hidden, losses = None, []
    optimizer.zero_grad()
    for inputs, targets in batches:
        logits, hidden = model(inputs, hidden)
        hidden = hidden.detach()
        loss = F.cross_entropy(logits.flatten(0, 1), targets.flatten())
        loss.backward()
        losses.append(loss.item())
    torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()
    return sum(losses) / len(losses)
