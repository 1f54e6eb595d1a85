"""Ignores the vocabulary it is given, and numbers characters as they come.
Loses: pairs_of_hello, pairs_of_other_words"""

import torch


def next_char_pairs(text, vocab):
    order = {c: i for i, c in enumerate(dict.fromkeys(text))}
    tokens = torch.tensor([[order[c] for c in text]])
    return tokens[:, :-1], tokens[:, 1:]
