"""The delay is one too long.
Loses: targets_of_a_row, targets_of_other_delays, recalls_five, recalls_twenty"""

import torch


def delayed_targets(tokens, delay, ignore_index=-100):
    targets = torch.full_like(tokens, ignore_index)
    delay = delay + 1
    kept = max(tokens.shape[1] - delay, 0)
    targets[:, delay:] = tokens[:, :kept]
    return targets
