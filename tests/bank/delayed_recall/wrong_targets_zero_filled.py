"""Zeros, which are tokens, where no target is. Loses: targets_of_a_row, targets_of_other_delays"""

import torch


def delayed_targets(tokens, delay, ignore_index=-100):
    targets = torch.full_like(tokens, 0)
    kept = max(tokens.shape[1] - delay, 0)
    targets[:, delay:] = tokens[:, :kept]
    return targets
