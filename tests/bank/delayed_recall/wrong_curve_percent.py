"""In percent. Loses: curve, curve_learns"""

import torch


def recall_curve(delays, vocab_size=8, hidden_size=64, steps=400, seed=0, cell="rnn"):
    curve = {}
    for delay in delays:
        length = max(20, 2 * delay)
        torch.manual_seed(seed)
        model = RecallRNN(vocab_size, 16, hidden_size, cell)
        train_recall(model, delay, length, vocab_size, steps, seed=seed)
        curve[delay] = 100 * evaluate_recall(model, delay, length, vocab_size, seed=seed + 1)
    return curve
