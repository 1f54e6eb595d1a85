"""The state a check starts from, whatever a submission or a notebook left behind."""

import contextlib
import random
from collections.abc import Iterator

import numpy
import torch

SEED = 20_240_229
"""Seed of the global generators at the start of each check; any number would do."""


def reset(seed: int = 0) -> None:
    """Autograd on, float32 on the CPU as defaults, global generators seeded with SEED + seed."""
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.use_deterministic_algorithms(False)
    torch.manual_seed(SEED + seed)
    random.seed(SEED + seed)
    numpy.random.seed(SEED + seed)


@contextlib.contextmanager
def borrowed() -> Iterator[None]:
    """`reset` for the length of a with block, then everything as it was: for a live notebook."""
    grad, dtype = torch.is_grad_enabled(), torch.get_default_dtype()
    device = torch.get_default_device()
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    states = torch.get_rng_state(), random.getstate(), numpy.random.get_state()
    try:
        reset()
        yield
    finally:
        torch.set_grad_enabled(grad)
        torch.set_default_dtype(dtype)
        torch.set_default_device(None if device.type == "cpu" else device)
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        torch.set_rng_state(states[0])
        random.setstate(states[1])
        numpy.random.set_state(states[2])
