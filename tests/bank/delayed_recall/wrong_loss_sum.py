"""The sum over positions. Loses: loss_over_targets, loss_gradient"""

import torch
from torch import nn


def masked_loss(logits, targets, ignore_index=-100):
    total = nn.functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=ignore_index, reduction="sum"
    )
    return total
