"""No return in masked_accuracy.
Loses: accuracy_over_targets, accuracy_of_other_targets, scores_a_model, scoring_leaves_no_trace, curve, curve_learns"""

def masked_accuracy(logits, targets, ignore_index=-100):
    counts = targets != ignore_index
    right = (logits.argmax(dim=-1) == targets) & counts
    right.sum().item() / max(counts.sum().item(), 1)
