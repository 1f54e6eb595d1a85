"""The longest lag comes first. Loses: first_norms, norms_at_every_lag"""

import torch


def jacobian_norms(h, W_h):
    product = torch.eye(len(W_h), dtype=h.dtype)
    norms = []
    for t in range(len(h) - 1, -1, -1):
        norms.append(torch.linalg.matrix_norm(product, 2))
        product = product @ ((1 - h[t] ** 2)[:, None] * W_h)
    return torch.stack(norms).flip(0)
