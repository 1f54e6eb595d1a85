"""The mean loss by length, tqdm in training, log-softmax and gather, own gradients. Loses: nothing"""

import torch
from tqdm import tqdm


def loss_of(logits, targets):
    return -torch.log_softmax(logits, 2).gather(2, targets[:, :, None]).squeeze(2).mean()


def train_epoch(model, optimizer, batches, clip=1.0):
    hidden, total, count = None, 0.0, 0
    parameters = [p for p in model.parameters() if p.requires_grad]
    for inputs, targets in tqdm(batches):
        arguments = (inputs,) if hidden is None else (inputs, hidden)
        logits, hidden = model(*arguments)
        hidden = hidden.data
        loss = loss_of(logits, targets)
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True)
        gradients = [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, gradients)]
        norm = torch.stack([g.norm() for g in gradients]).norm()
        scale = torch.clamp(clip / (norm + 1e-6), max=1.0)
        for p, g in zip(parameters, gradients):
            p.grad = g * scale
        optimizer.step()
        total += loss.item() * targets.numel()
        count += targets.numel()
    return total / count
