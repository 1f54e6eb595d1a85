"""A GRUCell in a loop, optimizer.step(closure), clearing last. Loses: nothing"""

import torch
import torch.nn.functional as F
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, n_chars, n_embed, n_hidden):
        super().__init__()
        self.table = nn.Embedding(n_chars, n_embed)
        self.cell = nn.GRUCell(n_embed, n_hidden)
        self.head = nn.Sequential(nn.Identity(), nn.Linear(n_hidden, n_chars))

    def forward(self, tokens, hidden=None):
        state = None if hidden is None else hidden[0]
        states = []
        for vector in self.table(tokens).unbind(dim=1):
            state = self.cell(vector, state)
            states.append(state)
        return self.head(torch.stack(states, 1)), state[None]


def train_epoch(model, optimizer, batches, clip=1.0):
    memory = {"hidden": None, "losses": []}
    for inputs, targets in batches:

        def closure():
            optimizer.zero_grad()
            logits, memory["next"] = model(inputs, memory["hidden"])
            loss = F.cross_entropy(logits.transpose(1, 2), targets)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(list(model.parameters()), max_norm=clip)
            memory["losses"].append(float(loss.detach()))
            return loss

        optimizer.step(closure)
        memory["hidden"] = memory["next"].detach().clone()
    optimizer.zero_grad()
    return float(torch.tensor(memory["losses"], dtype=torch.float64).mean())


def bits_per_char(model, ids):
    if ids.numel() <= 1:
        raise ValueError("too short")
    was = model.training
    model.eval()
    hidden, total = None, 0.0
    with torch.inference_mode():
        for now, after in zip(ids[:-1], ids[1:]):
            logits, hidden = model(now.reshape(1, 1), hidden)
            total -= torch.log2(torch.softmax(logits.double(), -1))[0, 0, after].item()
    model.train(was)
    return total / (len(ids) - 1)
