"""Softmax before the cross-entropy, in the loss alone: the training has its own.
Loses: loss_over_targets, loss_gradient"""

import torch
from torch import nn


def masked_loss(logits, targets, ignore_index=-100):
    total = nn.functional.cross_entropy(
        logits.softmax(-1).flatten(0, 1), targets.flatten(), ignore_index=ignore_index, reduction="sum"
    )
    return total / (targets != ignore_index).sum().clamp(min=1)


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for batch_seed in torch.randint(2**60, (steps,), generator=torch.Generator().manual_seed(seed)).tolist():
        tokens = random_tokens(batch_size, length, vocab_size, batch_seed)
        logits, _ = model(tokens)
        recalled, meant = logits[:, delay:], tokens[:, : length - delay]
        loss = nn.functional.cross_entropy(recalled.flatten(0, 1), meant.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses
