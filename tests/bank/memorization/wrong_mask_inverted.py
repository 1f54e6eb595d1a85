"""The mask marks the padding. Loses: pads_on_the_right, pads_other_lengths"""

import torch


def pad_batch(sequences):
    lengths = torch.tensor([len(s) for s in sequences])
    tokens = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    return tokens, torch.arange(tokens.shape[1]) >= lengths[:, None]
