"""The KeyError does not say which character. Loses: unknown_character"""

import torch


def encode(text, vocab):
    if not set(text) <= set(vocab):
        raise KeyError("unknown character in the text")
    return torch.tensor([vocab[character] for character in text], dtype=torch.int64)
