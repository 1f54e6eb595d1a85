"""Right real places over all places. Loses: accuracy_at_real_places, accuracy_of_other_masks"""

def bit_accuracy(logits, targets, mask):
    return ((logits.argmax(-1) == targets) & mask).float().mean().item()
