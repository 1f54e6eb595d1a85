"""An unknown character is read as number 0. Loses: unknown_character"""

import torch


def encode(text, vocab):
    return torch.tensor([vocab.get(character, 0) for character in text], dtype=torch.int64)
