"""Buffers written in place, out=, addr_, and a print to stderr. Loses: nothing"""

import sys

import torch


def rnn_forward(x, h0, W_x, W_h, b):
    print("forward", tuple(x.shape), file=sys.stderr)
    h = torch.empty(x.size(0), h0.size(0), dtype=x.dtype)
    torch.matmul(x, W_x.T, out=h)
    h += b
    state = h0
    for row in h:
        row += torch.mv(W_h, state)
        row.tanh_()
        state = row
    return h


def bptt(x, h0, h, W_h, dh):
    grads = dict(
        W_x=h.new_zeros(h.shape[1], x.shape[1]), W_h=torch.zeros_like(W_h),
        b=torch.zeros_like(h0), h0=h0.clone().zero_(),
    )
    delta = torch.zeros_like(h0)
    for t in range(h.shape[0] - 1, -1, -1):
        delta.add_(dh[t]).mul_(1 - h[t].square())
        grads["W_x"].addr_(delta, x[t])
        grads["W_h"].addr_(delta, h[t - 1] if t > 0 else h0)
        grads["b"].add_(delta)
        delta = W_h.t().mv(delta)
    grads["h0"].copy_(delta)
    return grads


def jacobian_norms(h, W_h):
    norms = torch.ones(h.shape[0], dtype=h.dtype)
    jacobian = torch.eye(W_h.shape[0], dtype=W_h.dtype)
    for k in range(1, h.shape[0]):
        factor = W_h.clone()
        factor.mul_((1 - h[-k] ** 2).unsqueeze(1))
        torch.mm(jacobian.clone(), factor, out=jacobian)
        norms[k] = torch.linalg.norm(jacobian, ord=2)
    return norms
