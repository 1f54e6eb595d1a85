"""optimizer.step(closure), one torch.Generator for the whole run, inference mode, an iterator of
batches, a full backward hook.
Loses: nothing"""

import torch
from torch import nn


def batches(delay, length, vocab_size, batch_size, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    while True:
        x = torch.randint(0, vocab_size, size=(batch_size, length), generator=g)
        yield x, delayed_targets(x, delay)


def gradient_by_lag(model, tokens, targets):
    kept = {}

    def hook(module, grad_input, grad_output):
        kept["g"] = grad_output[0]

    handle = model.embed.register_full_backward_hook(hook)
    try:
        nn.CrossEntropyLoss()(model(tokens)[0][:, -1, :], targets).backward()
    finally:
        handle.remove()
    norms = [kept["g"][:, t].pow(2).sum().sqrt() for t in range(tokens.shape[1])]
    return torch.stack(norms[::-1])


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _, (x, y) in zip(range(steps), batches(delay, length, vocab_size, batch_size, seed)):

        def closure():
            optimizer.zero_grad()
            logits, _ = model(x, hidden=None)
            loss = masked_loss(logits, y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            return loss

        losses.append(optimizer.step(closure).item())
    return losses


def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    mode = model.training
    model.eval()
    with torch.inference_mode():
        x, y = next(batches(delay, length, vocab_size, batch_size, seed))
        score = masked_accuracy(model(x)[0], y)
    model.train(mode)
    return score
