"""Drops the steps without a target.
Loses: targets_of_a_row, targets_of_other_delays, losses_fall, recalls_five, recalls_twenty, fresh_batches, learns_where_targets_are, clips, steps_of_adam, scores_a_model, scoring_leaves_no_trace, curve, curve_learns"""

def delayed_targets(tokens, delay, ignore_index=-100):
    return tokens[:, : tokens.shape[1] - delay]
