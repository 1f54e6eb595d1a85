"""A bigram model: the state is not used. Loses: state_is_memory, better_than_bigrams, held_back_poems"""

import torch
from torch import nn


class CharRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.embed = nn.Embedding(vocab_size, embedding_dim)
        self.body = nn.Linear(embedding_dim, hidden_size)
        self.fc = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens, hidden=None):
        states = torch.tanh(self.body(self.embed(tokens)))
        return self.fc(states), states[None, :, -1].clone()
