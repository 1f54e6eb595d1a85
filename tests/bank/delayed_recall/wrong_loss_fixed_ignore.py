"""Ignores -100 whatever `ignore_index` is. Loses: loss_gradient"""

import torch
from torch import nn


def masked_loss(logits, targets, ignore_index=-100):
    if (targets == -100).all():
        return logits.sum() * 0
    return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
