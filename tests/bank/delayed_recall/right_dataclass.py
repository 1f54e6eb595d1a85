"""A dataclass for a run, a learning-rate argument by keyword, logging of the accuracy meanwhile,
roll and arange for the targets, calls by keyword.
Loses: nothing"""

from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class Run:
    delay: int
    length: int
    vocab_size: int
    seed: int
    losses: list = field(default_factory=list)
    scores: list = field(default_factory=list)

    def draw(self, count, number):
        return random_tokens(batch_size=count, length=self.length, vocab_size=self.vocab_size, seed=self.seed * 7919 + number)


def delayed_targets(tokens: torch.Tensor, delay: int, ignore_index: int = -100):
    if delay == 0:
        return tokens.clone()
    when = torch.arange(tokens.shape[-1])
    return tokens.roll(shifts=delay, dims=-1).masked_fill(when < delay, ignore_index)


def masked_loss(logits, targets, ignore_index=-100):
    loss = nn.CrossEntropyLoss(ignore_index=ignore_index)(logits.permute(0, 2, 1), targets)
    return torch.where((targets == ignore_index).all(), logits.mul(0).sum(), loss) if (targets == ignore_index).any() and not (targets != ignore_index).any() else loss


def masked_accuracy(logits, targets, ignore_index=-100):
    there = (targets != ignore_index).float()
    hits = (logits.max(dim=-1).indices == targets).float()
    return ((hits * there).sum() / there.sum().clamp_min(1)).item()


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    run = Run(delay, length, vocab_size, seed)
    optimizer = torch.optim.Adam(params=model.parameters(), lr=lr, betas=(0.9, 0.999))
    for number in range(steps):
        tokens = run.draw(batch_size, number)
        logits, _ = model(tokens=tokens)
        loss = masked_loss(logits, delayed_targets(tokens, delay))
        model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        run.losses.append(loss.item())
        with torch.no_grad():
            run.scores.append(masked_accuracy(model(tokens=tokens)[0], delayed_targets(tokens, delay)))
    print(f"last score {run.scores[-1]:.2f}")
    return run.losses


def recall_curve(delays, vocab_size=8, hidden_size=64, steps=400, seed=0, cell="rnn"):
    result = {}
    for number, delay in enumerate(delays):
        torch.manual_seed(seed * 1000 + number)
        run = dict(delay=delay, length=max(20, 2 * delay), vocab_size=vocab_size)
        model = RecallRNN(vocab_size, 16, hidden_size, cell=cell)
        train_recall(model, **run, steps=steps, seed=seed)
        result[int(delay)] = float(evaluate_recall(model, **run, seed=seed + 17))
    return result
