"""The optimizers that expected values come from, beside torch's own."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.descent import Adam, GradientDescent

BESIDE = [(Adam, torch.optim.Adam), (GradientDescent, torch.optim.SGD)]


@pytest.mark.parametrize(("ours", "theirs"), BESIDE)
@settings(max_examples=30, deadline=None)
@given(lr=st.sampled_from([1e-3, 0.03, 0.5]), steps=st.integers(1, 8), seed=st.integers(0, 10**6))
def test_the_weights_are_those_of_torch(ours, theirs, lr, steps, seed):
    torch.manual_seed(seed)
    start, goal, scale = torch.randn(3, 4), torch.randn(3, 4), 10.0 ** torch.randn(3, 4)
    ends = []
    for make in (ours, theirs):
        weights, unused = start.clone().requires_grad_(), torch.zeros(2, requires_grad=True)
        optimizer = make([weights, unused], lr=lr)
        for _ in range(steps):
            optimizer.zero_grad()
            (scale * (weights - goal).square()).sum().backward()
            optimizer.step()
        ends.append((weights.detach(), unused.detach()))
    torch.testing.assert_close(ends[0], ends[1], rtol=1e-5, atol=1e-5)
