"""NumPy throughout, tensors only at the door. Loses: nothing"""

import numpy as np
import torch


def rnn_forward(x, h0, W_x, W_h, b):
    x, state, W_x, W_h, b = (t.numpy() for t in (x, h0, W_x, W_h, b))
    h = np.zeros((x.shape[0], state.shape[0]))
    for t, x_t in enumerate(x):
        state = h[t] = np.tanh(W_x.dot(x_t) + W_h.dot(state) + b)
    return torch.from_numpy(h)


def bptt(x, h0, h, W_h, dh):
    return truncated_bptt(x, h0, h, W_h, dh, len(h))


def truncated_bptt(x, h0, h, W_h, dh, window):
    if window < 1:
        raise ValueError("a window has at least one step")
    x, h0, h, W_h, dh = map(np.asarray, (x, h0, h, W_h, dh))
    before = np.vstack([h0, h[:-1]])
    slope = 1.0 - np.square(h)
    da, dh0 = np.zeros_like(h), np.zeros_like(h0)
    for t in range(len(h)):
        message = dh[t].copy()
        steps = list(range(t, -1, -1))[:window]
        for s in steps:
            message *= slope[s]
            da[s] += message
            message = message @ W_h
        if steps[-1] == 0:
            dh0 += message
    found = {"W_x": da.T @ x, "W_h": da.T @ before, "b": da.sum(axis=0), "h0": dh0}
    return {name: torch.as_tensor(value) for name, value in found.items()}


def jacobian_norms(h, W_h):
    h, W_h = h.detach().cpu().numpy(), W_h.detach().cpu().numpy()
    jacobian, norms = np.identity(len(W_h)), np.empty(len(h))
    for k in range(len(h)):
        norms[k] = np.linalg.norm(jacobian, 2)
        jacobian = jacobian @ np.diag(1 - h[len(h) - 1 - k] ** 2) @ W_h
    return torch.tensor(norms)
