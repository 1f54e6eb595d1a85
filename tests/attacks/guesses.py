"""Answers of the right kind and of no worth, for attacks that would make them look right."""

import torch
from torch import nn


def next_char_pairs(text, vocab):
    guess = torch.zeros(1, len(text) - 1, dtype=torch.int64)
    return guess, guess


class SimpleRNN(nn.Module):
    def __init__(self, vocab_size, embedding_dim, hidden_size):
        super().__init__()
        self.sizes = vocab_size, hidden_size

    def forward(self, tokens, hidden):
        return torch.zeros(*tokens.shape, self.sizes[0]), hidden

    def init_hidden(self, batch_size):
        return torch.ones(1, batch_size, self.sizes[1])


def train_step(model, optimizer, inputs, targets, hidden):
    return 1.0, hidden


def fit(model, inputs, targets, epochs=100, lr=0.01):
    return [1.0] * epochs


def spell(model, text, vocab):
    return "l" * len(text)
