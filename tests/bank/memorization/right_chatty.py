"""Prints, warns, leaves autograd off and another default dtype behind; clears gradients last.
Loses: nothing"""

import sys
import warnings

import torch
from torch import nn

warnings.warn("of no importance")


def memorize(model, tokens, targets, mask, steps=300, lr=1e-2, clip=1.0, verbose=True):
    optimizer = torch.optim.Adam([{"params": model.parameters()}], lr, foreach=False)
    criterion = nn.CrossEntropyLoss(reduction="none")
    losses = [0.0] * steps
    for number in range(steps):
        logits = model(tokens)[0].contiguous()
        each = criterion(logits.view(-1, 2), targets.reshape(-1)).view(mask.shape)
        loss = each.mul(mask).sum() / mask.sum()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        losses[number] = loss.detach().numpy().item()
        if verbose and number == steps - 1:
            print("last loss", losses[number], file=sys.stderr)
    return losses


torch.set_grad_enabled(False)
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
