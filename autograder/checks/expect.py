"""Comparisons for checks: what is not as expected is said in one message a student can use.

Every function takes the value first and ends with `what` (the function and part it belongs to,
such as "SimpleRNN.forward: logits") and `cause`, the likeliest reason in the student's terms, or a
function that finds it when it is needed. Where a value is of a wrong kind, dtype or shape, a cause
that fits just that takes its place (see causes). Whatever the value, all raise CheckFailed alone.
"""

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

import torch
from torch import Tensor

from ..report import Measured
from ..sandbox.proxy import Proxy, StudentError, keep, type_of
from . import causes

Cause = str | Callable[[], str]


class CheckFailed(AssertionError):
    """A value is not what a check expects."""

    def __init__(self, what: str, expected: str, actual: str, cause: Cause = "") -> None:
        why = cause if isinstance(cause, str) else cause()
        end = "" if why.endswith("?") else "."
        tail = f" Likely cause: {why.rstrip('.')}{end}" if why else ""
        super().__init__(f"{what}: expected {expected}, got {actual}.{tail}")


def is_tensor(
    value: Any,
    what: str,
    *,
    shape: Sequence[int],
    dtype: torch.dtype = torch.float32,
    cause: Cause = "",
) -> Tensor:
    """`value`, if it is a finite tensor of this shape and dtype."""
    expected = _described(dtype, shape)
    if not isinstance(value, Tensor):
        why = causes.of_kind("tensor", type_of(value)) or cause
        raise CheckFailed(what, expected, _shown(value), why)
    if value.dtype != dtype:
        actual = _described(value.dtype, value.shape)
        raise CheckFailed(what, expected, actual, causes.of_dtype(dtype, value.dtype))
    if tuple(value.shape) != tuple(shape):
        why = causes.of_shape(shape, value.shape) or cause
        raise CheckFailed(what, f"shape {tuple(shape)}", str(tuple(value.shape)), why)
    finite = torch.isfinite(value)
    if not bool(finite.all()):
        worst = int(finite.flatten().int().argmin())
        actual = f"{value.flatten()[worst].item()}{_place(worst, shape)}"
        raise CheckFailed(what, "finite numbers", actual, "a division by 0 or the log of 0")
    return value


def is_close(
    value: Any, expected: Tensor, what: str, cause: Cause = "", *, tolerance: float = 1e-4
) -> None:
    """`value` is a tensor like `expected`, each element within `tolerance` of it.

    Elements that are no floats have to be equal.
    """
    tensor = is_tensor(value, what, shape=expected.shape, dtype=expected.dtype, cause=cause)
    if expected.is_floating_point():
        off = (tensor.double() - expected.double()).abs()
    else:
        off = torch.where(tensor == expected, 0.0, torch.inf)  # a double has no room for an int64
    if off.numel() and float(off.max()) > tolerance:
        worst = int(off.argmax())
        wanted, came = _numbers(expected.flatten()[worst].item(), tensor.flatten()[worst].item())
        raise CheckFailed(what, f"{wanted}{_place(worst, expected.shape)}", came, cause)


def is_number(
    value: Any, expected: float, what: str, cause: Cause = "", *, tolerance: float
) -> None:
    """`value` is a float (or an integer) within `tolerance` of `expected`."""
    number = is_float(value, what, cause)
    if not abs(number - expected) <= tolerance:
        raise CheckFailed(what, *_numbers(expected, number), cause)


def is_float(value: Any, what: str, cause: Cause = "") -> float:
    """`value` as a float, if it is a finite float or integer."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        why = causes.of_kind("float", type_of(value)) or cause
        if isinstance(value, Tensor) and value.numel() == 1:
            why = "a tensor of one element is no float yet; `.item()` makes it one"
        raise CheckFailed(what, "a float", _shown(value), why)
    if not math.isfinite(value):
        raise CheckFailed(what, "a finite number", str(value), "a division by 0 or the log of 0")
    return float(value)


def at_least(value: Any, threshold: float, what: str, cause: Cause = "") -> float:
    """`value` as a float that reaches a measured `threshold`."""
    return _against(value, threshold, what, cause, at_least=True)


def at_most(value: Any, threshold: float, what: str, cause: Cause = "") -> float:
    """`value` as a float that does not exceed a measured `threshold`."""
    return _against(value, threshold, what, cause, at_least=False)


@contextlib.contextmanager
def measuring() -> Iterator[list[Measured]]:
    """Collects what `at_least` and `at_most` compare in the with block, passed or not."""
    measured: list[Measured] = []
    token = _measured.set(measured)
    try:
        yield measured
    finally:
        _measured.reset(token)


_measured: ContextVar[list[Measured] | None] = ContextVar("measured", default=None)


def _against(value: Any, threshold: float, what: str, cause: Cause, *, at_least: bool) -> float:
    number = is_float(value, what, cause)
    measurement = Measured(what, number, threshold, at_least)
    collected = _measured.get()
    if collected is not None:
        collected.append(measurement)
    if measurement.margin < 0:
        bound = "at least" if at_least else "at most"
        wanted, came = _numbers(threshold, number)
        raise CheckFailed(what, f"{bound} {wanted}", came, cause)
    return number


def is_equal(value: Any, expected: Any, what: str, cause: Cause = "") -> None:
    """`value` is of the type of `expected` and equal to it, items of a list or dict too."""
    if not _same(value, expected):
        raise CheckFailed(what, _shown(expected), _shown(value), cause)


def is_sequence(value: Any, length: int, what: str, cause: Cause = "") -> Sequence[Any]:
    """`value`, if it is a tuple or list of `length` items."""
    if not isinstance(value, list | tuple) or len(value) != length:
        why = causes.of_kind("list", type_of(value)) or cause
        raise CheckFailed(what, f"a list or tuple of {length}", _shown(value), why)
    return value


def is_dict(value: Any, keys: Sequence[str], what: str, cause: Cause = "") -> dict[str, Any]:
    """`value`, if it is a dict that has all of `keys`."""
    if not isinstance(value, dict) or not set(keys) <= set(value):
        raise CheckFailed(what, f"a dict with the keys {_listed(keys)}", _shown(value), cause)
    return value


def is_object(value: Any, what: str, expected: str, cause: Cause = "") -> Proxy:
    """`value`, if it is an object that stays beside the student's code, such as a model."""
    if not isinstance(value, Proxy):
        raise CheckFailed(what, expected, _shown(value), cause)
    return value


def item_inside(probes: Proxy, result: Proxy, key: int, what: str, kind: str = "") -> Proxy:
    """Item `key` of a tuple or list that stays beside the student's code, graph and all.

    `kind` is how the name of the item's type has to begin ("Tensor"); "" allows any.
    """
    came, due = type_of(result), f"a tuple of at least {key + 1}"
    why = "is something left out of the return?"
    if came.startswith(("Tensor (", "dict", "str", "numpy.")):  # these may have an item too
        raise CheckFailed(what, due, _a(came), why)
    try:
        item = keep(probes.item, result, key)
    except StudentError:
        shown = f"one without an item {key}" if came in ("tuple", "list") else _shown_kind(came)
        raise CheckFailed(what, due, shown, why) from None
    if not type_of(item).startswith(kind):
        why = causes.of_kind(kind.lower(), type_of(item))
        raise CheckFailed(
            what, f"{_a(kind.lower())} as item {key}", _shown_kind(type_of(item)), why
        )
    return item


@contextlib.contextmanager
def usable(what: str, expected: str, cause: str = "") -> Iterator[None]:
    """In the with block a probe of ours goes on with an answer, and must be able to."""
    try:
        yield
    except StudentError as error:
        if error.kind != "error":
            raise
        why = cause or causes.likely_cause(error.message).removeprefix("Likely cause: ")
        raise CheckFailed(what, expected, error.brief, why) from None


def holds(condition: bool, what: str, expected: str, actual: str, cause: Cause = "") -> None:
    """`condition` is true; both sides are told in words."""
    if not condition:
        raise CheckFailed(what, expected, actual, cause)


def unforeseen(error: Exception, latest: tuple[str, Any]) -> str:
    """A sentence for a check that stumbled over an answer, `latest` (see proxy.take_latest)."""
    what, value = latest
    due, why = "an answer of another kind", "the check could not go on with it"
    if "not callable" in str(error):
        due, why = "a function or class", "the name is used again for something else"
    why = " ".join(f"{why} ({type(error).__name__}: {error})".split())
    return str(CheckFailed(what or "this check", due, _shown(value), why))


def _same(value: Any, expected: Any) -> bool:
    if type(value) is not type(expected):
        return False
    if isinstance(value, list | tuple):
        return len(value) == len(expected) and all(map(_same, value, expected))
    if isinstance(value, dict):
        return value.keys() == expected.keys() and all(_same(value[k], expected[k]) for k in value)
    if isinstance(value, Tensor):
        return value.dtype == expected.dtype and torch.equal(value, expected)
    return bool(value == expected)


def _shown(value: Any) -> str:
    if isinstance(value, Tensor):
        if value.numel() == 1:
            return f"a tensor ({value.item():.4g})"
        return _described(value.dtype, value.shape)
    if isinstance(value, list | tuple) and len(value) != 0:
        kinds = [type_of(item) for item in value[:3]]
        more = ", ..." if len(value) > 3 else ""
        return f"a {type(value).__name__} of {len(value)} ({', '.join(kinds)}{more})"
    if isinstance(value, dict) and len(value) != 0:
        return f"a dict with the keys {_listed(list(value))}"
    if value is None or isinstance(value, Proxy):
        return _shown_kind(type_of(value))
    if isinstance(value, str | bytes) and len(value) > 80:  # repr would take memory for all of it
        return f"a {type(value).__name__} of {len(value)} characters"
    text = repr(value)
    return f"a {type(value).__name__} of {len(text)} characters" if len(text) > 80 else text


def _shown_kind(kind: str) -> str:
    return "None (is a return missing?)" if kind == "NoneType" else _a(kind)


def _listed(keys: Sequence[Any]) -> str:
    return ", ".join(repr(key)[:30] for key in keys[:6]) + (", ..." if len(keys) > 6 else "")


def _described(dtype: torch.dtype, shape: Sequence[int]) -> str:
    return f"{_a(str(dtype).removeprefix('torch.'))} tensor of shape {tuple(shape)}"


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in tuple('aeio') else 'a'} {noun}"


def _place(index: int, shape: Sequence[int]) -> str:
    place = [int(i) for i in torch.unravel_index(torch.tensor(index), tuple(shape))]
    return f" at {place}" if place else ""


def _numbers(expected: Any, actual: Any) -> tuple[str, str]:
    """Both in as few digits as tell them apart."""
    if isinstance(expected, float) and isinstance(actual, float):
        for digits in (4, 6, 9, 17):
            shown = f"{expected:.{digits}g}", f"{actual:.{digits}g}"
            if shown[0] != shown[1]:
                return shown
    return str(expected), str(actual)
