"""Every call leaves a hook that the next one trips over.
Loses: gradient_of_each_lag, gradient_of_other_sizes, gradient_of_other_cells"""

import torch
from torch import nn


calls = []


def gradient_by_lag(model, tokens, targets):
    model.embed.register_forward_hook(lambda module, args, out: calls.append(out) or out.retain_grad())
    logits, _ = model(tokens)
    nn.functional.cross_entropy(logits[:, -1], targets).backward()
    return torch.stack([out.grad.norm(dim=(0, 2)).flip(0) for out in calls]).sum(0)
