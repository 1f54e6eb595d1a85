"""What a predictor gets that guesses by the odds.
Loses: ceiling_of_five, ceiling_at_random, ceiling_at_the_edges"""

from collections import Counter, defaultdict


def best_possible_accuracy(bits, targets):
    follows = defaultdict(Counter)
    for row, answers in zip(bits.tolist(), targets.tolist()):
        for t, answer in enumerate(answers):
            follows[tuple(row[: t + 1])][answer] += 1
    return sum(sum(n * n for n in c.values()) / sum(c.values()) for c in follows.values()) / bits.numel()
