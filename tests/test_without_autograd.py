"""The probe under which `bptt` is checked: no way to autograd, and nothing left behind."""

import threading
from collections.abc import Callable

import pytest
import torch
import torch.autograd.forward_ad as fwAD
from torch import Tensor
from torch.autograd import functional

from autograder.sandbox.inside.probes import (
    arguments_after,
    raised_without_autograd,
    without_autograd,
)
from autograder.sandbox.inside.probes_bptt import AutogradOff

X = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)
SLOPES = 1 - X.tanh() ** 2


def backward(x: Tensor) -> Tensor | None:
    leaf = x.clone().requires_grad_()
    leaf.tanh().sum().backward()  # type: ignore[no-untyped-call]
    return leaf.grad


def enable_grad(x: Tensor) -> Tensor | None:
    with torch.enable_grad(), torch.set_grad_enabled(True):
        return backward(x)


def leave_inference_mode(x: Tensor) -> Tensor | None:
    with torch.inference_mode(False):
        return backward(x)


def another_thread(x: Tensor) -> Tensor | None:
    done: list[Tensor | None] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            done.append(backward(x))
        except AutogradOff as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    for error in errors:
        raise error
    return done[0]


def dual_numbers(x: Tensor) -> Tensor:
    with fwAD.dual_level():
        found: Tensor = fwAD.unpack_dual(fwAD.make_dual(x, torch.ones_like(x)).tanh()).tangent
        return found


def total(x: Tensor) -> Tensor:
    return x.tanh().sum()


WAYS: dict[str, Callable[[Tensor], Tensor | None]] = {
    "backward": backward,
    "autograd.grad": lambda x: torch.autograd.grad(total(leaf := x.clone().requires_grad_()), leaf)[
        0
    ],
    "enable_grad": enable_grad,
    "inference_mode(False)": leave_inference_mode,
    "thread": another_thread,
    "func.grad": lambda x: torch.func.grad(total)(x),
    "func.vjp": lambda x: torch.func.vjp(torch.tanh, x)[1](torch.ones_like(x))[0],
    "func.jacrev": lambda x: torch.func.jacrev(torch.tanh)(x).diagonal(),
    "func.jacfwd": lambda x: torch.func.jacfwd(torch.tanh)(x).diagonal(),
    "func.jvp": lambda x: torch.func.jvp(torch.tanh, (x,), (torch.ones_like(x),))[1],
    "func.linearize": lambda x: torch.func.linearize(torch.tanh, x)[1](torch.ones_like(x)),
    "functional.jacobian": lambda x: functional.jacobian(torch.tanh, x).diagonal(),  # type: ignore[no-untyped-call]
    "functional.vjp": lambda x: functional.vjp(torch.tanh, x, torch.ones_like(x))[1],  # type: ignore[no-untyped-call]
    "forward_ad": dual_numbers,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_to_autograd_is_open_and_all_are_afterwards(way: str) -> None:
    with pytest.raises(AutogradOff, match="switched off"):
        without_autograd(WAYS[way], X)
    found = WAYS[way](X)
    assert found is not None
    assert torch.allclose(found, SLOPES)


def test_nothing_is_patched_or_switched_afterwards() -> None:
    places = (torch._C, torch._VF, torch.autograd.Variable, functional, fwAD)
    before = [dict(vars(place)) for place in places]
    with torch.enable_grad():
        without_autograd(X.tanh)
        assert torch.is_grad_enabled()
    with torch.no_grad():
        without_autograd(X.tanh)
        assert not torch.is_grad_enabled()
    assert [dict(vars(place)) for place in places] == before


def test_ordinary_work_is_not_disturbed() -> None:
    @torch.no_grad()
    def work(x: Tensor) -> Tensor:
        with torch.inference_mode(), torch.enable_grad():
            x = x * 1
        layer = torch.nn.RNN(3, 3, dtype=torch.float64)
        layer.weight_hh_l0.copy_(torch.eye(3))
        layer(x[None])
        torch.func.vmap(torch.outer)(x[None], x[None])
        x.numpy()
        return torch.mul(x, 2, out=torch.empty_like(x)).requires_grad_().detach()

    result = without_autograd(work, X)
    assert torch.equal(result, 2 * X)
    assert not result.is_inference()


def test_arguments_and_errors_are_told() -> None:
    assert torch.equal(arguments_after(lambda x: x.add_(1), X.clone())[0], X + 1)
    assert raised_without_autograd(int, "x")[0][0] == "ValueError"
    assert raised_without_autograd(backward, X)[0][0] == "AutogradOff"
