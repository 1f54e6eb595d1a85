"""Padding stands on the left. Loses: pads_on_the_right, pads_other_lengths"""

import torch


def pad_batch(sequences):
    T = max(map(len, sequences))
    tokens = torch.zeros(len(sequences), T, dtype=torch.int64)
    mask = torch.zeros(len(sequences), T, dtype=torch.bool)
    for row, s in enumerate(sequences):
        tokens[row, T - len(s) :] = s
        mask[row, T - len(s) :] = True
    return tokens, mask
