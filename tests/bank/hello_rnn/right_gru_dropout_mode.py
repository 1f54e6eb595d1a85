"""A model with dropout inside that is switched off to spell, and autograd left off. Loses: nothing"""

import torch
from torch import nn


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size, num_layers=1):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(num_embeddings=vocab_size, embedding_dim=embedding_dim)
        self.drop = nn.Dropout(0.0)
        self.rnn = nn.RNN(embedding_dim, hidden_size, num_layers, nonlinearity="tanh")
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden):
        x = self.drop(self.embed(tokens)).permute(1, 0, 2)
        states, hidden = self.rnn(x, hidden)
        return self.fc(states.permute(1, 0, 2)), hidden

    def init_hidden(self, batch_size):
        return next(self.parameters()).new_zeros(1, batch_size, self.hidden_size)


def spell(model, text, vocab):
    mode = model.training
    model.eval()
    try:
        if text == "":
            return text
        chars = {v: k for k, v in vocab.items()}
        with torch.no_grad():
            out, _ = model(torch.tensor([[vocab[c] for c in text]]), model.init_hidden(1))
            best = torch.softmax(out, -1).topk(1, dim=-1)[1].flatten().tolist()
        return "".join(map(chars.get, best))
    finally:
        model.train(mode)


torch.set_grad_enabled(False)
torch.manual_seed(7)
