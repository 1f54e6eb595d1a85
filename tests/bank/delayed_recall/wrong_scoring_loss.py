"""The loss instead of the accuracy.
Loses: scores_a_model, scoring_leaves_no_trace, curve_learns"""

import torch


def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    tokens = random_tokens(batch_size, length, vocab_size, seed)
    with torch.no_grad():
        logits, _ = model(tokens)
    return masked_loss(logits, delayed_targets(tokens, delay)).item()
