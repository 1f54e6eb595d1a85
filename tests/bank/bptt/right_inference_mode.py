"""Everything under inference_mode, results cloned, extra entries in the dict. Loses: nothing"""

import torch


@torch.inference_mode()
def bptt(x, h0, h, W_h, dh):
    grads = {"W_x": 0.0, "W_h": 0.0, "b": 0.0}
    delta_next = None
    for t in range(h.shape[0])[::-1]:
        delta = dh[t].clone()
        if delta_next is not None:
            delta += delta_next.matmul(W_h)
        delta *= torch.ones_like(delta) - torch.pow(h[t], 2)
        prev = h[t - 1] if t - 1 >= 0 else h0
        grads["W_x"] += delta.view(-1, 1) * x[t].view(1, -1)
        grads["W_h"] += delta.view(-1, 1).mm(prev.reshape(1, -1))
        grads["b"] += delta
        delta_next = delta
    grads["h0"] = delta_next.matmul(W_h).clone()
    grads["delta"] = delta_next
    return grads


@torch.inference_mode()
def jacobian_norms(h, W_h):
    chain = [torch.eye(h.shape[1], dtype=h.dtype)]
    for h_t in reversed(list(h)[1:]):
        chain.append(chain[-1] @ (W_h * (1 - h_t**2).reshape(-1, 1)))
    return torch.linalg.matrix_norm(torch.stack(chain), ord=2)
