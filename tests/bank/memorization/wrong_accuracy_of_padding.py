"""Padding counts in the accuracy. Loses: accuracy_at_real_places, accuracy_of_other_masks"""

def bit_accuracy(logits, targets, mask):
    return (logits.argmax(-1) == targets).float().mean().item()
