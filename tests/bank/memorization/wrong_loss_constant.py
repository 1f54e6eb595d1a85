"""An empty mask gives a constant that ends the graph. Loses: loss_of_nothing"""

import torch
import torch.nn.functional as F


def masked_bit_loss(logits, targets, mask):
    if mask.sum() == 0:
        return torch.tensor(0.0)
    return F.cross_entropy(logits[mask], targets[mask])
