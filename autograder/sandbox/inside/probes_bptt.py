"""What the checks of `bptt` need beside student code: a world without autograd."""

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import torch

from .probes_haiku_char_rnn import raised


class AutogradOff(RuntimeError):
    """Student code asked autograd for a derivative that it is to work out itself."""


def without_autograd(function: Callable[..., Any], *args: Any) -> Any:
    """`function(*args)` while nothing can differentiate: asking for it raises AutogradOff.

    `torch.no_grad` alone would not do, since `enable_grad` and `torch.func.vjp` get around it. So
    grad mode is pinned to off, and the doors at which every way through autograd ends are shut: the
    engine behind `backward`, `autograd.grad` and `torch.func.vjp`, and the dual numbers of forward
    mode. Afterwards all is as it was.
    """
    with _off():
        return function(*args)


def raised_without_autograd(function: Callable[..., Any], *args: Any) -> tuple[list[str], str]:
    """What `function(*args)`, run without autograd, raises: see `raised`."""
    with _off():
        return raised(function, *args)


def arguments_after(function: Callable[..., Any], *args: Any) -> list[Any]:
    """The arguments as `function(*args)`, run without autograd, leaves them."""
    with _off():
        function(*args)
    return list(args)


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AutogradOff("autograd is switched off while this piece is checked")


class _NoEngine:
    """In the place of autograd's engine."""

    def __getattr__(self, name: str) -> Any:
        return _refuse


def _stay_off(mode: bool) -> None:
    _set_grad_enabled(False)


def _inference_mode(mode: bool = True) -> Any:
    """What `torch.inference_mode` enters: leaving inference mode would turn grad mode on."""
    return _InferenceMode(True) if mode else contextlib.nullcontext()


_set_grad_enabled = torch._C._set_grad_enabled
_InferenceMode = torch._C._InferenceMode
# Not every version of torch has all of these. What a student's `from torch.func import vjp` has
# bound long before ends at one of them all the same.
_DOORS: tuple[tuple[str, str, Any], ...] = (
    ("torch._C", "_set_grad_enabled", _stay_off),
    ("torch._C", "_InferenceMode", _inference_mode),
    ("torch.autograd.functional", "_autograd_grad", _refuse),
    ("torch._functorch.eager_transforms", "_autograd_grad", _refuse),
    ("torch.autograd.forward_ad", "make_dual", _refuse),
    ("torch._VF", "_make_dual", _refuse),
    ("torch._functorch.predispatch", "_make_dual_impl", _refuse),
)


@contextlib.contextmanager
def _off() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.no_grad())
        engine = torch.autograd.Variable
        stack.enter_context(_replaced(engine, "_execution_engine", _NoEngine()))
        for place, name, stand_in in _DOORS:
            with contextlib.suppress(ImportError):
                stack.enter_context(_replaced(importlib.import_module(place), name, stand_in))
        yield


@contextlib.contextmanager
def _replaced(owner: Any, name: str, stand_in: Any) -> Iterator[None]:
    """`owner.name` is `stand_in` in the with block, if there is such a name."""
    if not hasattr(owner, name):
        yield
        return
    was, own = getattr(owner, name), name in vars(owner)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, was)
        else:
            delattr(owner, name)
