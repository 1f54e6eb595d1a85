"""Loss in float64, gradients clipped through a hook before each step. Loses: nothing"""

import torch
import torch.nn.functional as F


def train_epoch(model, optimizer, batches, clip=1.0):
    def clip_first(*_):
        torch.nn.utils.clip_grad_norm_([p for p in model.parameters()], clip)

    handle = optimizer.register_step_pre_hook(clip_first)
    hidden, losses = None, []
    try:
        for x, y in batches:
            model.zero_grad()
            logits, new = model(x, hidden)
            hidden = torch.empty_like(new).copy_(new.detach())
            loss = F.cross_entropy(logits.double().view(-1, logits.shape[2]), y.contiguous().view(-1))
            loss.backward()
            optimizer.step()
            losses += [loss.item()]
    finally:
        handle.remove()
    return sum(losses) / len(batches)
