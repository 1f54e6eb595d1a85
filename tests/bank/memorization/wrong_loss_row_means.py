"""A mean of the rows' means. Loses: loss_at_real_places, loss_gradient"""

import torch.nn.functional as F


def masked_bit_loss(logits, targets, mask):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    return ((losses * mask).sum(1) / mask.sum(1).clamp(min=1)).mean()
