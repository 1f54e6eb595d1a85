"""An empty mask gives a fresh zero that can be differentiated; the loss is a softplus.
Loses: nothing"""

import torch


def masked_bit_loss(logits, targets, mask):
    if int(mask.sum()) == 0:
        return torch.zeros((), requires_grad=True)
    lead = logits[:, :, 1] - logits[:, :, 0]
    losses = torch.nn.functional.softplus(torch.where(targets == 1, -lead, lead))
    return torch.masked_select(losses, mask).mean()


def bit_accuracy(logits, targets, mask):
    if mask.sum() == 0:
        return 0
    same = torch.eq(torch.max(logits, dim=-1).indices, targets).masked_fill(~mask, False)
    return float(same.sum()) / float(mask.sum())
