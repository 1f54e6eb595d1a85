"""Warnings on stderr, a global seed and a default dtype left behind. Loses: nothing"""

import random
import warnings

import torch

warnings.warn("a notice of no importance")
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
random.seed(1)
EXTRA = {"any": ["other", "names"]}


def helper(x):
    return x


torch.set_num_threads(1)
