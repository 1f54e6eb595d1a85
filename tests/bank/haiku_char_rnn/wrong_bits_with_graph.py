"""A graph is built while measuring. Loses: bits_leave_model"""

import math

import torch.nn.functional as F


def bits_per_char(model, ids):
    if len(ids) < 2:
        raise ValueError("nothing to predict")
    logits, _ = model(ids[None, :-1])
    return F.cross_entropy(logits[0], ids[1:]).item() / math.log(2)
