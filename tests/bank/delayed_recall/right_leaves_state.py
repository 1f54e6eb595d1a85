"""Leaves a seed, a default dtype's name and no_grad habits behind; sets deterministic algorithms.
Loses: nothing"""

import random

import torch
from torch import nn

torch.manual_seed(123)
random.seed(5)


def delayed_targets(tokens, delay, ignore_index=-100):
    padded = nn.functional.pad(tokens, (delay, 0), value=ignore_index)
    return padded[:, : tokens.shape[1]]


def masked_loss(logits, targets, ignore_index=-100):
    weights = (targets != ignore_index).to(logits)
    hot = nn.functional.one_hot(targets.clamp(0, logits.shape[-1] - 1), logits.shape[-1])
    return -(logits.log_softmax(-1) * hot * weights[..., None]).sum() / weights.sum().clamp(min=1)


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    random.seed(seed)
    opt = torch.optim.Adam(model.parameters(), lr=lr, fused=False)
    out = []
    for _ in range(steps):
        x = random_tokens(batch_size, length, vocab_size, random.getrandbits(40))
        y = delayed_targets(x, delay)
        with torch.set_grad_enabled(True):
            loss = masked_loss(model(x, None)[0], y)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)
        opt.step()
        out += [loss.item()]
    return out


def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    was = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    x = random_tokens(batch_size, length, vocab_size, seed)
    logits = model(x, None)[0]
    torch.set_grad_enabled(was)
    due, said = delayed_targets(x, delay), logits.argmax(-1)
    return (said[:, delay:] == due[:, delay:]).double().mean().item()
