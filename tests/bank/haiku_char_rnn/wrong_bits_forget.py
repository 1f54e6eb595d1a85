"""The state is lost every four characters. Loses: bits_of_a_text, bits_of_other_texts"""

import math

import torch
import torch.nn.functional as F


def bits_per_char(model, ids):
    if len(ids) < 2:
        raise ValueError("nothing to predict")
    total = 0.0
    with torch.no_grad():
        for i in range(0, len(ids) - 1, 4):
            targets = ids[i + 1 : i + 5]
            logits, _ = model(ids[None, i : i + len(targets)])
            total += F.cross_entropy(logits[0], targets, reduction="sum").item()
    return total / math.log(2) / (len(ids) - 1)
