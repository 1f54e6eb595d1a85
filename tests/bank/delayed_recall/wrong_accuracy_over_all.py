"""Divides by all positions. Loses: accuracy_over_targets, accuracy_of_other_targets"""

def masked_accuracy(logits, targets, ignore_index=-100):
    counts = targets != ignore_index
    right = (logits.argmax(dim=-1) == targets) & counts
    return right.sum().item() / targets.numel()
