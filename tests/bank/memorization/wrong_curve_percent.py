"""Accuracies in percent. Loses: curve"""

import torch


def capacity_curve(lengths, count=32, hidden_size=32, steps=300, seed=0):
    curve = {}
    for length in lengths:
        torch.manual_seed(seed)
        model = ElmanRNN(hidden_size)
        bits = random_bits(count, length, seed)
        targets, mask = next_bit_targets(bits), torch.ones_like(bits).bool()
        memorize(model, bits, targets, mask, steps)
        curve[length] = 100 * bit_accuracy(model(bits)[0], targets, mask)
    return curve
