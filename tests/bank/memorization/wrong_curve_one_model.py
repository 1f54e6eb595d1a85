"""One model learns length after length. Loses: curve_of_new_models"""

import torch


def capacity_curve(lengths, count=32, hidden_size=32, steps=300, seed=0):
    curve = {}
    torch.manual_seed(seed)
    model = ElmanRNN(hidden_size)
    for length in lengths:
        bits = random_bits(count, length, seed)
        targets, mask = next_bit_targets(bits), torch.ones_like(bits).bool()
        memorize(model, bits, targets, mask, steps)
        curve[length] = bit_accuracy(model(bits)[0], targets, mask)
    return curve
