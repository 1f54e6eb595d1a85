"""Other sequences at every call. Loses: scoring_leaves_no_trace"""

import torch


def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    tokens = torch.randint(vocab_size, (batch_size, length))
    with torch.no_grad():
        logits, _ = model(tokens)
    return masked_accuracy(logits, delayed_targets(tokens, delay))
