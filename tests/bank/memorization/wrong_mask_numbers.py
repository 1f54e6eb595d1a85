"""The mask holds 0.0 and 1.0. Loses: pads_on_the_right, pads_other_lengths"""

import torch


def pad_batch(sequences):
    tokens = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    mask = torch.zeros(tokens.shape)
    for row, s in enumerate(sequences):
        mask[row, : len(s)] = 1
    return tokens, mask
