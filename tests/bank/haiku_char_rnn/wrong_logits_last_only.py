"""Logits for the last step only. Loses: forward_shapes, rows_order_sizes, state_is_memory, better_than_bigrams, held_back_poems"""

from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.rnn = nn.RNN(embedding_dim, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden=None):
        states, hidden = self.rnn(self.embed(tokens), hidden)
        return self.fc(states[:, -1]), hidden
