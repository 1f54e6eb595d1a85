"""Turns gradients off for all that follows.

Earns: 10
"""

torch.set_grad_enabled(False)
torch.autograd.grad_mode.no_grad().__enter__()
