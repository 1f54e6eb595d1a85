"""Returns how many are right, not the share.
Loses: ceiling_of_five, ceiling_at_random, ceiling_at_the_edges"""

from collections import Counter, defaultdict


def best_possible_accuracy(bits, targets):
    follows = defaultdict(Counter)
    for row, answers in zip(bits.tolist(), targets.tolist()):
        for t, answer in enumerate(answers):
            follows[tuple(row[: t + 1])][answer] += 1
    return sum(max(c.values()) for c in follows.values())
