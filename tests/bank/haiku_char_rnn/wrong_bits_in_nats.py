"""Nats are returned for bits. Loses: bits_of_a_text, bits_of_other_texts"""

import torch
import torch.nn.functional as F


def bits_per_char(model, ids):
    if len(ids) < 2:
        raise ValueError("nothing to predict")
    with torch.no_grad():
        logits, _ = model(ids[None, :-1])
    return F.cross_entropy(logits[0], ids[1:]).item()
