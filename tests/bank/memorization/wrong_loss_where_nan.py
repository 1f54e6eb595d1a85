"""nan is replaced at the end, and comes back in the gradient. Loses: loss_of_nothing"""

import torch
import torch.nn.functional as F


def masked_bit_loss(logits, targets, mask):
    losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    loss = (losses * mask).sum() / mask.sum()
    return torch.where(torch.isnan(loss), torch.zeros(()), loss)
