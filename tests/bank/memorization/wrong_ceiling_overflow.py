"""A prefix is one number, which overflows after 63 bits. Loses: ceiling_at_the_edges"""

from collections import Counter, defaultdict

import torch


def best_possible_accuracy(bits, targets):
    B, T = bits.shape
    code = torch.zeros(B, dtype=torch.int64)
    right = 0
    for t in range(T):
        code = 2 * code + bits[:, t]
        follows = defaultdict(Counter)
        for number, answer in zip(code.tolist(), targets[:, t].tolist()):
            follows[number][answer] += 1
        right += sum(max(c.values()) for c in follows.values())
    return right / (B * T)
