"""No torch.optim: Adam and clipping written out on flat gradients from autograd.grad.
Loses: nothing"""

import torch


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    params = [p for p in model.parameters() if p.requires_grad]
    first, second = ([torch.zeros_like(p) for p in params] for _ in range(2))
    generator, losses = torch.Generator().manual_seed(seed), []
    for n in range(1, steps + 1):
        tokens = torch.randint(vocab_size, (batch_size, length), generator=generator)
        loss = masked_loss(model(tokens)[0], delayed_targets(tokens, delay))
        grads = torch.autograd.grad(loss, params, allow_unused=True)
        grads = [torch.zeros_like(p) if g is None else g for p, g in zip(params, grads)]
        norm = torch.linalg.vector_norm(torch.cat([g.flatten() for g in grads]))
        scale = min(1.0, 1.0 / (norm.item() + 1e-6))
        with torch.no_grad():
            for p, g, m, v in zip(params, grads, first, second):
                g = g * scale
                m.mul_(0.9).add_(g, alpha=0.1)
                v.mul_(0.999).addcmul_(g, g, value=0.001)
                p -= lr * (m / (1 - 0.9**n)) / ((v / (1 - 0.999**n)).sqrt() + 1e-8)
        losses.append(loss.item())
    return losses


def gradient_by_lag(model, tokens, targets):
    def loss_of(vectors):
        return torch.nn.functional.cross_entropy(model.fc(model.rnn(vectors)[0])[:, -1], targets)

    gradient = torch.func.grad(loss_of)(model.embed(tokens).detach())
    return torch.linalg.vector_norm(gradient, dim=(0, 2)).flip(dims=(0,))
