"""nan where the mask is empty. Loses: accuracy_of_other_masks"""

def bit_accuracy(logits, targets, mask):
    return (logits.argmax(-1) == targets)[mask].float().mean().item()
