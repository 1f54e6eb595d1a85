"""Targets without numbers in them.
Loses: targets_of_a_row, targets_of_other_delays, scores_a_model, scoring_leaves_no_trace, losses_fall, recalls_five, recalls_twenty, fresh_batches, learns_where_targets_are, clips, steps_of_adam, curve, curve_learns"""

import torch


def delayed_targets(tokens, delay, ignore_index=-100):
    targets = torch.full_like(tokens, ignore_index)
    kept = max(tokens.shape[1] - delay, 0)
    targets[:, delay:] = tokens[:, :kept]
    return targets.to("meta")
