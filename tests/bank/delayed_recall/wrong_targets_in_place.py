"""Shifts the tokens themselves.
Loses: targets_of_other_delays, losses_fall, recalls_five, recalls_twenty, fresh_batches, curve, curve_learns"""

def delayed_targets(tokens, delay, ignore_index=-100):
    delay = min(delay, tokens.shape[1])
    tokens[:, delay:] = tokens[:, : tokens.shape[1] - delay].clone()
    tokens[:, :delay] = ignore_index
    return tokens
