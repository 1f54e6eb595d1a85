"""Positions without a target count as right.
Loses: accuracy_over_targets, accuracy_of_other_targets"""

def masked_accuracy(logits, targets, ignore_index=-100):
    right = (logits.argmax(dim=-1) == targets) | (targets == ignore_index)
    return right.float().mean().item()
