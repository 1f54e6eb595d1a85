"""A constant without a graph where nothing has a target. Loses: loss_of_nothing"""

import torch
from torch import nn


def masked_loss(logits, targets, ignore_index=-100):
    if (targets == ignore_index).all():
        return torch.tensor(0.0)
    total = nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=ignore_index, reduction="sum"
    )
    return total / (targets != ignore_index).sum().clamp(min=1)
