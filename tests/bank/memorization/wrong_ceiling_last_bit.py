"""Only the last bit and the step count, not the whole prefix.
Loses: ceiling_of_five, ceiling_at_random, ceiling_at_the_edges"""

from collections import Counter, defaultdict


def best_possible_accuracy(bits, targets):
    follows = defaultdict(Counter)
    for row, answers in zip(bits.tolist(), targets.tolist()):
        for t, answer in enumerate(answers):
            follows[t, row[t]][answer] += 1
    return sum(max(c.values()) for c in follows.values()) / bits.numel()
