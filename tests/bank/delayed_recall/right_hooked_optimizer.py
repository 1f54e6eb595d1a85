"""Clipping by hooks on the gradients' norm, a lambda schedule that stays at 1, gradients by
functional_call, a wrapped embedding put back afterwards.
Loses: nothing"""

import torch
from torch import nn


class Tap(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, tokens):
        self.out = self.inner(tokens)
        self.out.retain_grad()
        return self.out


def gradient_by_lag(model, tokens, targets):
    embed = model.embed
    model.embed = Tap(embed)
    try:
        logits, _ = model(tokens)
        picked = logits[:, -1].log_softmax(-1)[torch.arange(len(targets)), targets]
        (-picked.mean()).backward()
        grad = model.embed.out.grad
    finally:
        model.embed = embed
        model.zero_grad(set_to_none=True)
    return grad.square().sum((0, 2)).sqrt()[torch.arange(tokens.shape[1] - 1, -1, -1)]


def clip(optimizer, args, kwargs):
    every = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    nn.utils.clip_grad_norm_(every, 1.0)


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    optimizer.register_step_pre_hook(clip)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    g = torch.Generator().manual_seed(seed)
    losses = []
    for x in torch.randint(vocab_size, (steps, batch_size, length), generator=g):
        loss = masked_loss(model(x)[0], delayed_targets(x, delay))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses
