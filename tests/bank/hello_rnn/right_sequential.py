"""Sequential parts with dropout of 0, a class that trains, a tuple of losses. Loses: nothing"""

import torch
from torch import nn


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.embed = nn.Sequential(nn.Embedding(vocab_size, embedding_dim), nn.Dropout(p=0))
        self.rnn = nn.ModuleList([nn.RNNCell(embedding_dim, hidden_size)])
        self.fc = nn.Sequential(nn.Identity(), nn.Linear(hidden_size, vocab_size))
        nn.init.orthogonal_(self.rnn[0].weight_hh)

    def forward(self, tokens, hidden):
        batch, steps = tokens.shape
        logits = torch.empty(steps, batch, self.fc[-1].out_features)
        h = hidden.view(batch, -1)
        for t, x in enumerate(self.embed(tokens).split(1, dim=1)):
            h = self.rnn[0](x.squeeze(1), h)
            logits[t] = self.fc(h)
        return logits.permute(1, 0, 2), h.view(1, batch, -1)

    def init_hidden(self, batch_size):
        return torch.zeros(batch_size, self.rnn[0].hidden_size)[None]


class Trainer:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def __call__(self, inputs, targets, hidden):
        with torch.enable_grad():
            logits, hidden = self.model(inputs, hidden.detach())
            loss = nn.NLLLoss()(logits.log_softmax(-1).permute(0, 2, 1), targets)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step(closure=None)
        return loss.item(), hidden.detach()


def train_step(model, optimizer, inputs, targets, hidden):
    return Trainer(model, optimizer)(inputs, targets, hidden)


def fit(model, inputs, targets, epochs=100, lr=0.01):
    trainer = Trainer(model, torch.optim.Adam([{"params": model.parameters(), "lr": lr}]))
    losses = ()
    for _ in range(epochs):
        loss, _ = trainer(inputs, targets, model.init_hidden(inputs.size(0)))
        losses += (loss,)
    return losses
