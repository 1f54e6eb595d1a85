"""A prefix is known by how many ones it has. Loses: ceiling_of_five, ceiling_at_random"""

from collections import Counter, defaultdict


def best_possible_accuracy(bits, targets):
    follows = defaultdict(Counter)
    for row, answers in zip(bits.tolist(), targets.tolist()):
        for t, answer in enumerate(answers):
            follows[t, sum(row[: t + 1])][answer] += 1
    return sum(max(c.values()) for c in follows.values()) / bits.numel()
