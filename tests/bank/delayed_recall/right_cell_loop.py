"""Single-step cells in a loop, log-softmax and gather, prints to stderr, a frozen memory far back.
Loses: nothing"""

import sys

import torch
import torch.nn.functional as F
from torch import nn


def delayed_targets(tokens, delay, ignore_index=-100):
    B, T = tokens.size()
    head = tokens.new_full((B, min(delay, T)), ignore_index)
    return torch.cat((head, tokens[:, : T - head.size(1)]), dim=1)


def masked_loss(logits, targets, ignore_index=-100):
    keep = targets != ignore_index
    if keep.sum() == 0:
        return 0.0 * logits.sum()
    logp = F.log_softmax(logits[keep], dim=-1)
    return -logp.gather(1, targets[keep].unsqueeze(1)).mean()


def masked_accuracy(logits, targets, ignore_index=-100):
    keep = targets.ne(ignore_index)
    if not keep.any():
        return 0
    return (logits[keep].argmax(1) == targets[keep]).float().mean().item()


class RecallRNN(nn.Module):
    CELLS = {"rnn": nn.RNNCell, "gru": nn.GRUCell, "lstm": nn.LSTMCell}

    def __init__(self, vocab_size, embedding_dim, hidden_size, cell="rnn"):
        if cell not in self.CELLS:
            raise ValueError(f"unknown cell {cell}")
        super().__init__()
        self.cell = cell
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = self.CELLS[cell](embedding_dim, hidden_size)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden=None):
        lstm = self.cell == "lstm"
        if hidden is not None:
            hidden = (hidden[0].squeeze(0), hidden[1].squeeze(0)) if lstm else hidden.squeeze(0)
        logits = []
        for t in range(tokens.size(1)):
            hidden = self.rnn(self.embed(tokens[:, t]), hidden)
            logits.append(self.fc(hidden[0] if lstm else hidden))
        state = (hidden[0][None], hidden[1][None]) if lstm else hidden[None]
        return torch.stack(logits, 1), state


def train_recall(model, delay, length, vocab_size, steps, batch_size=32, lr=5e-3, seed=0):
    print("training", file=sys.stderr)
    model.train()
    adam = torch.optim.Adam(model.parameters(), lr)
    history = []
    for step in range(steps):
        adam.zero_grad()
        x = random_tokens(batch_size, length, vocab_size, seed + step)
        out = model(x)[0]
        loss = masked_loss(out, delayed_targets(x, delay))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(model.parameters()), max_norm=1)
        adam.step()
        history.append(float(loss))
    model.eval()
    return history


def recall_far(delay, length, vocab_size, seed=0):
    """Only the readout is trained."""
    torch.manual_seed(seed)
    H = 8 * (delay + 1)
    model = nn.Module()
    embed, rnn, fc = nn.Embedding(vocab_size, 8), nn.RNN(8, H, batch_first=True, bias=False), nn.Linear(H, vocab_size)

    class Far(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.rnn, self.fc = embed, rnn, fc

        def forward(self, tokens, hidden=None):
            with torch.no_grad():
                states, hidden = self.rnn(self.embed(tokens), hidden)
            return self.fc(states), hidden

    with torch.no_grad():
        rnn.weight_hh_l0.zero_()
        rnn.weight_hh_l0[8:, :-8] = torch.eye(H - 8)
        rnn.weight_ih_l0.copy_(torch.eye(H, 8))
    model = Far()
    adam = torch.optim.Adam(fc.parameters(), 0.3)
    for step in range(150):
        x = random_tokens(32, length, vocab_size, 1000 * seed + step)
        loss = masked_loss(model(x)[0], delayed_targets(x, delay))
        adam.zero_grad()
        loss.backward()
        adam.step()
    return model
