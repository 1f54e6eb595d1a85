"""The curve is made under fork_rng by a helper, from copies, in inference mode. Loses: nothing"""

import copy

import torch


def accuracy_at(model, length, count, steps, generator):
    bits = torch.randint(0, 2, (count, length), generator=generator)
    tokens, mask = pad_batch(list(bits))
    targets = next_bit_targets(tokens)
    memorize(model, tokens, targets, mask, steps=steps)
    model.eval()
    with torch.inference_mode():
        logits, _ = model(tokens)
    return bit_accuracy(logits, targets, mask)


def capacity_curve(lengths, count=32, hidden_size=32, steps=300, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        pristine = ElmanRNN(hidden_size)
    generator = torch.Generator()
    generator.manual_seed(seed + 100)
    return {int(n): accuracy_at(copy.deepcopy(pristine), n, count, steps, generator) for n in lengths}
