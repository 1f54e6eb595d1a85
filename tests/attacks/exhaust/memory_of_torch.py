"""Fills memory with tensors, in one piece and in many.

Earns: 10
Says: memory limit of
"""

try:
    torch.ones(2**40)
except RuntimeError:
    hoard = [torch.ones(2**22) for _ in range(10**6)]
