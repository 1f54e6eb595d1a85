"""Autograd in a thread of its own, where grad mode is on.
Loses: bptt_returns, bptt_messages, bptt_weights, bptt_single_step, bptt_other_sizes,
bptt_scales, bptt_arguments"""

from concurrent.futures import ThreadPoolExecutor

import torch


def run(x, h0, W_x, W_h, b):
    h = h0
    states = []
    for x_t in x:
        h = torch.tanh(W_x @ x_t + W_h @ h + b)
        states.append(h)
    return torch.stack(states)


def pre_activations(x, h0, h, W_h):
    """What tanh got, less what W_x x + b would add: with W_x = 0 and b = 0 the states stay."""
    before = torch.cat([h0[None], h[:-1]])
    return torch.atanh(h) - before @ W_h.T


def replay(x, h0, W_x, W_h, b, rest):
    h, states = h0, []
    for x_t, rest_t in zip(x, rest):
        h = torch.tanh(W_x @ x_t + W_h @ h + b + rest_t)
        states.append(h)
    return torch.stack(states)


def bptt(x, h0, h, W_h, dh):
    rest = pre_activations(x, h0, h, W_h)
    leaves = [x.new_zeros(len(h0), x.shape[1]), W_h.clone(), torch.zeros_like(h0), h0.clone()]

    def work():
        W_x_, W_h_, b_, h0_ = [leaf.requires_grad_() for leaf in leaves]
        (replay(x, h0_, W_x_, W_h_, b_, rest) * dh).sum().backward()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
    return dict(zip(("W_x", "W_h", "b", "h0"), (leaf.grad for leaf in leaves)))
