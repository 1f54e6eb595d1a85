"""Replaces the optimizers for all, so that a step that is missing is not missed.

Earns: 4.5
Says: train_step
On: wrong_no_step
"""

import torch

torch.optim.SGD.step = torch.optim.Adam.step = lambda self, closure=None: None
