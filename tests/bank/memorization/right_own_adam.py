"""Adam and the clipping written out, loss selected by the mask. Loses: nothing"""

import torch


def memorize(model, tokens, targets, mask, steps=300, lr=1e-2):
    parameters = [p for p in model.parameters() if p.requires_grad]
    first = [torch.zeros_like(p) for p in parameters]
    second = [torch.zeros_like(p) for p in parameters]
    losses = []
    for k in range(1, steps + 1):
        logits, _ = model(tokens)
        loss = torch.nn.functional.cross_entropy(logits[mask], targets[mask])
        grads = torch.autograd.grad(loss, parameters)
        norm = sum((g**2).sum() for g in grads).sqrt()
        scale = min(1.0, 1.0 / float(norm))
        with torch.no_grad():
            for p, g, m, v in zip(parameters, grads, first, second):
                g = g * scale
                m.mul_(0.9).add_(0.1 * g)
                v.mul_(0.999).add_(0.001 * g * g)
                p -= lr * (m / (1 - 0.9**k)) / ((v / (1 - 0.999**k)).sqrt() + 1e-8)
        losses.append(loss.item())
    return losses
