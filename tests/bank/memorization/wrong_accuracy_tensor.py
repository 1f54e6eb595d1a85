"""The accuracy is a tensor. Loses: accuracy_at_real_places, accuracy_of_other_masks, curve"""

def bit_accuracy(logits, targets, mask):
    return ((logits.argmax(-1) == targets) & mask).sum() / mask.sum().clamp(min=1)
