"""Small recurrent networks and their gradients, by torch's own layer and by autograd, in float64.

Worked out in the process that checks and never beside student code, where autograd is switched off.
"""

import functools
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from autograder.checks import expect
from autograder.sandbox.inside import wire
from autograder.sandbox.proxy import Proxy, StudentError

KEYS = ("b", "h0", "W_h", "W_x")
"""The gradients to return, in the order in which a fault makes itself felt."""
PRECISE, ROUNDED = 1e-9, 1e-4
"""How far off a number may be, as a share of the largest: in float64, and in anything shorter.

Measured with the bank on 30 networks: right gradients are off by at most 1.1e-14, right norms by
2.4e-14; gradients worked out in float32 by 9e-8 to 1.7e-6, or 1.3e-7 if only summed up in it.
"""


class Case(NamedTuple):
    """The arguments of one call: x (T, I), h0 (H,), W_x (H, I), W_h (H, H), b (H,), dh (T, H), and
    the states h (T, H) that belong to them."""

    x: Tensor
    h0: Tensor
    W_x: Tensor
    W_h: Tensor
    b: Tensor
    dh: Tensor
    h: Tensor

    @property
    def forward(self) -> tuple[Tensor, ...]:
        """The arguments of `rnn_forward`."""
        return self.x, self.h0, self.W_x, self.W_h, self.b

    @property
    def backward(self) -> tuple[Tensor, ...]:
        """The arguments of `bptt`."""
        return self.x, self.h0, self.h, self.W_h, self.dh


def case(
    steps: int, inputs: int, hidden: int, *, scale: float = 1.0, mild: bool = False, seed: int = 0
) -> Case:
    """A network with random weights and inputs; `scale` is about the largest |eigenvalue| of W_h.

    With `mild`, for which inputs >= hidden, the inputs are such that every state stays within 0.3
    however strong W_h is, so that nothing saturates and gradients grow as W_h has it.
    """
    draw = torch.Generator().manual_seed(1000 * steps + 100 * inputs + 10 * hidden + seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=draw, dtype=torch.float64)

    W_x, W_h = normal(hidden, inputs) / inputs**0.5, scale * normal(hidden, hidden) / hidden**0.5
    b, x = 0.5 * normal(hidden), normal(steps, inputs)
    h0, dh = torch.tanh(normal(hidden)), normal(steps, hidden)
    if mild:
        h0, goals = 0.3 * h0, 0.3 * torch.tanh(normal(steps, hidden))
        before = torch.cat([h0[None], goals[:-1]])
        x = (torch.atanh(goals) - before @ W_h.T - b) @ torch.linalg.pinv(W_x).T
    with torch.no_grad():
        h = _network(W_x, W_h, b)(x, h0[None])[0].clone()
    return Case(x, h0, W_x, W_h, b, dh, h)


def gradients(case: Case, window: int | None = None) -> dict[str, Any]:
    """The gradients of sum(h * dh), where dh[t] reaches `window` steps, or all if that is None."""
    network = _network(case.W_x, case.W_h, case.b)
    h0 = case.h0.clone().requires_grad_()
    for t in range(len(case.h)):
        first = 0 if window is None else max(0, t - window + 1)
        start = h0 if first == 0 else case.h[first - 1]
        last = network(case.x[first : t + 1], start[None])[1]
        (last[0] * case.dh[t]).sum().backward()
    found = {name: weight.grad for name, weight in network.named_parameters()}
    return {
        "W_x": found["weight_ih_l0"],
        "W_h": found["weight_hh_l0"],
        "b": found["bias_ih_l0"],
        "h0": h0.grad,
    }


def norms(case: Case) -> Tensor:
    """The spectral norms (T,) of d h[T-1] / d h[T-1-k], for k = 0, ..., T-1."""
    network = _network(case.W_x, case.W_h, case.b)
    found = [torch.ones((), dtype=torch.float64)]
    for k in range(1, len(case.h)):
        last = functools.partial(_last_state, network, case.x[-k:])
        jacobian: Any = torch.autograd.functional.jacobian(last, case.h[-1 - k])
        found.append(torch.linalg.svdvals(jacobian)[0])
    return torch.stack(found)


def ask(
    submission: Proxy, probes: Proxy, name: str, *args: Any, how: str = "without_autograd"
) -> Any:
    """What the student's function `name` returns for `args`, while autograd is switched off."""
    function = getattr(submission, name)
    try:
        return getattr(probes, how)(function, *args)
    except StudentError as error:
        # It is their function that raised, and not our probe.
        of = wire.Raised(0, error.kind, error.type, error.message, error.where)
        raise StudentError(name, of) from None


def is_double(value: Any, shape: tuple[int, ...], what: str, cause: str) -> None:
    """`value` is a tensor of this shape, in float64 as the arguments are."""
    if isinstance(value, Tensor) and value.dtype != torch.float64:
        came = f"a {str(value.dtype)[6:]} tensor"
        why = "torch.zeros, torch.eye and the like make float32 unless told: add dtype=h0.dtype"
        raise expect.CheckFailed(what, "a float64 tensor, as the arguments are", came, why)
    expect.is_tensor(value, what, shape=shape, dtype=torch.float64, cause=cause)


def is_near(value: Any, expected: Tensor, what: str, cause: str = "") -> None:
    """`value` is `expected` up to rounding, as a share of the largest expected number."""
    widened, share = _widened(value)
    tolerance = share * float(expected.abs().max())
    why = functools.partial(_why, widened, expected, cause)
    expect.is_close(widened, expected, what, why, tolerance=tolerance)


def are_norms(value: Any, expected: Tensor, what: str, cause: str) -> None:
    """`value` (T,) holds norms, each near the expected one as a share of that."""
    widened, share = _widened(value)
    expect.is_tensor(widened, what, shape=expected.shape, dtype=expected.dtype, cause=cause)
    for k, norm in enumerate(expected):
        # A thousandfold of what gradients are given: a norm may be found step by step.
        tolerance = max(share, 1000 * PRECISE) * float(norm)
        expect.is_close(widened[k], norm, f"{what}: k = {k}", cause, tolerance=tolerance)


def are_gradients(
    value: Any, expected: dict[str, Tensor], what: str, causes: dict[str, str], *keys: str
) -> None:
    """`value` is a dict whose gradients are as expected: those of `keys`, or all."""
    chosen = keys or KEYS
    given = expect.is_dict(value, chosen, what, "return the gradients by name, in one dict")
    for key in (key for key in KEYS if key in chosen):
        is_near(given[key], expected[key], f"{what}: gradient of {key}", causes.get(key, ""))


def _why(value: Any, expected: Tensor, otherwise: str) -> str:
    """The cause, if what is wrong is a rounding, a sign or a transposition; else `otherwise`."""
    if not isinstance(value, Tensor) or value.shape != expected.shape:
        return otherwise
    if _is_like(value, expected):
        return "float32 comes in on the way: no .float(), and new tensors need dtype=h0.dtype"
    if _is_like(-value, expected):
        return "the sign is turned round"
    if expected.dim() == 2 and value.T.shape == expected.shape and _is_like(value.T, expected):
        return "it is transposed: row i of a matrix is about unit i of the state that it makes"
    return otherwise


def _widened(value: Any) -> tuple[Any, float]:
    """`value`, a tensor of floats in float64, and how far off it may be.

    A shorter dtype is the business of those checks that call `is_double`, and of no other.
    """
    if isinstance(value, Tensor) and value.is_floating_point() and value.dtype != torch.float64:
        return value.double(), ROUNDED
    return value, PRECISE


def _is_like(value: Tensor, expected: Tensor) -> bool:
    return bool((value - expected).abs().max() <= ROUNDED * expected.abs().max())


def _network(W_x: Tensor, W_h: Tensor, b: Tensor) -> nn.RNN:
    network = nn.RNN(W_x.shape[1], W_x.shape[0], dtype=torch.float64)
    values = (W_x, W_h, b, torch.zeros_like(b))
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), values, strict=True):
            parameter.copy_(value)
    return network


def _last_state(network: nn.RNN, x: Tensor, start: Tensor) -> Tensor:
    last: Tensor = network(x, start[None])[1][0]
    return last
