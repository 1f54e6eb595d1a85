"""The mask is where the tokens are not 0. Loses: pads_on_the_right, pads_other_lengths"""

import torch


def pad_batch(sequences):
    tokens = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    return tokens, tokens != 0
