"""No return in evaluate_recall.
Loses: scores_a_model, scoring_leaves_no_trace, curve, curve_learns"""

import torch


def evaluate_recall(model, delay, length, vocab_size, batch_size=256, seed=1):
    tokens = random_tokens(batch_size, length, vocab_size, seed)
    with torch.no_grad():
        logits, _ = model(tokens)
    masked_accuracy(logits, delayed_targets(tokens, delay))
