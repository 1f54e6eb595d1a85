"""32 sequences unless told otherwise. Loses: scoring_leaves_no_trace"""

import torch


def evaluate_recall(model, delay, length, vocab_size, batch_size=32, seed=1):
    tokens = random_tokens(batch_size, length, vocab_size, seed)
    with torch.no_grad():
        logits, _ = model(tokens)
    return masked_accuracy(logits, delayed_targets(tokens, delay))
