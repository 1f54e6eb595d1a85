"""torch.func.jacrev for the norms. Loses: first_norms, norms_at_every_lag"""

import torch
from torch.func import jacrev


def jacobian_norms(h, W_h):
    product = torch.eye(len(W_h), dtype=h.dtype)
    norms = [product.new_tensor(1.0)]
    for t in range(len(h) - 1, 0, -1):
        rest = torch.atanh(h[t]) - W_h @ h[t - 1]
        step = jacrev(lambda s: torch.tanh(W_h @ s + rest))(h[t - 1])
        product = product @ step
        norms.append(torch.linalg.matrix_norm(product, 2))
    return torch.stack(norms)
