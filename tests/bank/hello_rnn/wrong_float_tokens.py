"""Pairs of floats: made without a dtype, from floats.
Loses: pairs_of_hello, pairs_of_other_words"""

import torch


def next_char_pairs(text, vocab):
    tokens = torch.Tensor([[vocab[c] for c in text]])
    return tokens[:, :-1], tokens[:, 1:]
