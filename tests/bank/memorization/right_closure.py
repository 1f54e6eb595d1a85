"""The optimizer is handed a closure that clears, differentiates and clips. Loses: nothing"""

import torch


def memorize(model, tokens, targets, mask, steps=300, lr=1e-2):
    model.train()
    adam = torch.optim.Adam(params=list(model.parameters()), lr=lr)
    history = []

    def closure():
        model.zero_grad()
        logits, hidden = model(tokens, hidden=None)
        loss = masked_bit_loss(logits, targets, mask)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(model.parameters()), max_norm=1)
        return loss

    while len(history) < steps:
        history.append(float(adam.step(closure).detach()))
    return history
