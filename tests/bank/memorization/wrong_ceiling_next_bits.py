"""Takes the next bits for the answers, whatever the targets are.
Loses: ceiling_at_random, ceiling_at_the_edges"""

from collections import Counter, defaultdict


def best_possible_accuracy(bits, targets):
    follows = defaultdict(Counter)
    for row in bits.tolist():
        for t, answer in enumerate(row[1:] + [0]):
            follows[tuple(row[: t + 1])][answer] += 1
    return sum(max(c.values()) for c in follows.values()) / bits.numel()
