"""The product of the norms instead of the norm of the product. Loses: norms_at_every_lag"""

import torch


def jacobian_norms(h, W_h):
    norms = [torch.ones((), dtype=h.dtype)]
    for h_t in h[1:].flip(0):
        norms.append(norms[-1] * torch.linalg.matrix_norm((1 - h_t**2)[:, None] * W_h, 2))
    return torch.stack(norms)
