"""The targets are what is said `delay` steps later.
Loses: targets_of_a_row, targets_of_other_delays, losses_fall, recalls_five, curve_learns, recalls_twenty"""

import torch


def delayed_targets(tokens, delay, ignore_index=-100):
    targets = torch.full_like(tokens, ignore_index)
    kept = max(tokens.shape[1] - delay, 0)
    targets[:, :kept] = tokens[:, delay:]
    return targets
