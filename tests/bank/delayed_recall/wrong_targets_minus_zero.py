"""Slices from the end fail for delay 0 and for long delays. Loses: targets_of_other_delays"""

import torch


def delayed_targets(tokens, delay, ignore_index=-100):
    targets = torch.full_like(tokens, ignore_index)
    targets[:, delay:] = tokens[:, :-delay]
    return targets
