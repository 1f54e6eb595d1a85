"""An RNNCell in a loop, losses by log-softmax and gather. Loses: nothing"""

import torch
import torch.nn.functional as F
from torch import nn


def next_char_pairs(text, vocab):
    ids = [vocab[c] for c in text]
    return torch.tensor(ids[:-1]).unsqueeze(0), torch.tensor(ids[1:]).unsqueeze(0)


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.H = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNNCell(embedding_dim, hidden_size)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        h = hidden.squeeze(0)
        outputs = []
        for t in range(tokens.size(1)):
            h = self.rnn(self.embed(tokens[:, t]), h)
            outputs.append(self.fc(h))
        return torch.stack(outputs, dim=1), h.unsqueeze(0)

    def init_hidden(self, batch_size):
        return torch.zeros((1, batch_size, self.H))


def train_step(model, optimizer, inputs, targets, hidden):
    model.train()
    h = hidden.detach()
    optimizer.zero_grad()
    logits, h = model(inputs, h)
    logp = F.log_softmax(logits, dim=2)
    loss = -torch.gather(logp, 2, targets[:, :, None]).mean()
    loss.backward()
    optimizer.step()
    return float(loss), h.detach()


def spell(model, text, vocab):
    was_training = model.training
    model.eval()
    back = {i: c for c, i in vocab.items()}
    out = ""
    h = model.init_hidden(1)
    with torch.no_grad():
        for c in text:
            logits, h = model(torch.tensor([[vocab[c]]]), h)
            out += back[int(logits[0, -1].argmax())]
    model.train(was_training)
    return out
