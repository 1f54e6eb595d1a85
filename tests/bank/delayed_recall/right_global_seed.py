"""Global generator seeded inside, gradients cleared last, foreach=False, dict comprehension.
Loses: nothing"""

import torch
from torch import nn


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, foreach=False)
    optimizer.zero_grad()
    losses = [0.0] * steps
    for step in range(steps):
        tokens = torch.randint(vocab_size, (batch_size, length))
        loss = masked_loss(model(tokens)[0], delayed_targets(tokens, delay))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=False)
        optimizer.step()
        optimizer.zero_grad()
        losses[step] = loss.detach().tolist()
    return tuple(losses)


@torch.no_grad()
def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        tokens = torch.randint(vocab_size, (batch_size, length))
    return masked_accuracy(model(tokens)[0], delayed_targets(tokens, delay))


def one(delay, vocab_size, hidden_size, steps, seed, cell):
    length = 2 * delay if delay > 10 else 20
    torch.manual_seed(seed)
    model = RecallRNN(vocab_size=vocab_size, embedding_dim=16, hidden_size=hidden_size, cell=cell)
    train_recall(model, delay=delay, length=length, vocab_size=vocab_size, steps=steps, seed=seed)
    return evaluate_recall(model, delay=delay, length=length, vocab_size=vocab_size)


def recall_curve(delays, vocab_size=8, hidden_size=64, steps=400, seed=0, cell="rnn"):
    return {d: one(d, vocab_size, hidden_size, steps, seed, cell) for d in delays}
