"""Returns the last loss. Loses: losses_fall"""

import torch
from torch import nn


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    seeds = torch.randint(2**60, (steps,), generator=torch.Generator().manual_seed(seed))
    losses = []
    for batch_seed in seeds.tolist():
        tokens = random_tokens(batch_size, length, vocab_size, batch_seed)
        logits, _ = model(tokens)
        loss = masked_loss(logits, delayed_targets(tokens, delay))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses[-1]
