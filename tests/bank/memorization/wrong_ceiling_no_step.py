"""A prefix is one number without its length: 0 1 and 1 are the same.
Loses: ceiling_of_five, ceiling_at_random, ceiling_at_the_edges"""

from collections import Counter, defaultdict


def best_possible_accuracy(bits, targets):
    follows = defaultdict(Counter)
    for row, answers in zip(bits.tolist(), targets.tolist()):
        code = 0
        for bit, answer in zip(row, answers):
            code = 2 * code + bit
            follows[code][answer] += 1
    return sum(max(c.values()) for c in follows.values()) / bits.numel()
