"""Leaves the model in eval mode. Loses: scoring_leaves_no_trace"""

import torch


def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    tokens = random_tokens(batch_size, length, vocab_size, seed)
    model.eval()
    with torch.no_grad():
        logits, _ = model(tokens)
    return masked_accuracy(logits, delayed_targets(tokens, delay))
