"""The mean over no places is nan. Loses: loss_of_nothing"""

import torch.nn.functional as F


def masked_bit_loss(logits, targets, mask):
    return F.cross_entropy(logits[mask], targets[mask])
