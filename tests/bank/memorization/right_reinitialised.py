"""One model for the whole curve, drawn anew for each length. Loses: nothing"""

import torch


def capacity_curve(lengths, count=32, hidden_size=32, steps=300, seed=0):
    torch.manual_seed(seed)
    model = ElmanRNN(hidden_size)
    result = dict()
    for length in lengths:
        with torch.no_grad():
            for own, drawn in zip(model.parameters(), ElmanRNN(hidden_size).parameters()):
                own.copy_(drawn)
        bits = torch.stack([random_bits(1, length, seed + 1000 * k + length)[0] for k in range(count)])
        targets = next_bit_targets(bits)
        everywhere = torch.full(bits.shape, True)
        memorize(model, bits, targets, everywhere, steps=steps, lr=0.01)
        logits = model(bits)[0].detach()
        result[length] = bit_accuracy(logits, targets, everywhere)
    return result
