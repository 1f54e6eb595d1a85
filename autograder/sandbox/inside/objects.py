"""The student's objects, held by number where student code runs, asked for and called by name."""

import traceback
import types
from collections.abc import Callable
from typing import Any

import torch

from . import probes, wire
from .limits import size
from .loading import text_of, where

SUBMISSION, PROBES = 0, 1
"""Numbers every table starts with: the submission's module, and our `probes` beside it."""


class ObjectTable:
    """Answers `Get` and `Call` for one check: values by value, everything else by reference."""

    def __init__(
        self, module: types.ModuleType, value_bytes: int, interruptible: bool = False
    ) -> None:
        self._interruptible = interruptible  # in a live session Ctrl-C is the student's own
        self._objects: list[Any] = [module, probes]
        self._value_bytes = value_bytes

    def answer(self, request: wire.Get | wire.Call) -> wire.Returned | wire.Raised:
        """Carry out a request; whatever student code raises becomes a `Raised`."""
        try:
            target = self._objects[request.target]
            if isinstance(request, wire.Get):
                return self._get(request, target)
            args = [self._resolve(arg) for arg in request.args]
            kwargs = {name: self._resolve(arg) for name, arg in request.kwargs.items()}
            result = target(*args, **kwargs)
            value = self._keep(result) if request.keep else result
            return wire.Returned(request.seq, self._export(value))
        except BaseException as error:
            if self._interruptible and isinstance(error, KeyboardInterrupt):
                raise
            kind = "not_written" if _is_placeholder(error) else "error"
            return wire.Raised(
                request.seq, kind, type(error).__name__, text_of(error), where(error)
            )

    def _get(self, request: wire.Get, target: Any) -> wire.Returned | wire.Raised:
        try:
            return wire.Returned(request.seq, self._export(getattr(target, request.name)))
        except AttributeError as error:
            return wire.Raised(request.seq, "missing", "AttributeError", text_of(error), "")

    def _keep(self, value: Any, remark: str = "") -> wire.Reference:
        self._objects.append(value)
        return wire.Reference(len(self._objects) - 1, _type_name(value) + remark)

    def _export(self, value: Any) -> Any:
        return wire.plain(value, self._stays, self._value_bytes)

    def _stays(self, value: Any) -> wire.Reference:
        """What cannot cross; it is said where that is only for its size."""
        large = _is_larger(value, self._value_bytes)
        return self._keep(value, f", larger than {size(self._value_bytes)}" if large else "")

    def _resolve(self, value: Any) -> Any:
        """An argument with its references replaced by the objects they stand for."""
        if isinstance(value, wire.Reference):
            return self._objects[value.id]
        if isinstance(value, list | tuple):
            return type(value)(self._resolve(item) for item in value)
        if isinstance(value, dict):
            return {key: self._resolve(item) for key, item in value.items()}
        return value


def _is_placeholder(error: BaseException) -> bool:
    """Whether a piece that is not written yet raised this: torch's kernels raise the like too."""
    if not isinstance(error, NotImplementedError):
        return False
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__)]
    return not lines or not lines[-1] or "NotImplementedError" in lines[-1]


def _is_larger(value: Any, limit: int) -> bool:
    if isinstance(value, torch.Tensor):
        dense = value.layout == torch.strided and not value.is_nested
        return dense and value.numel() * value.element_size() > limit
    return isinstance(value, str | bytes | list | tuple | dict) and len(value) > limit


def _type_name(value: Any) -> str:
    """How a message to a student names the type of `value`."""
    kind: Callable[..., Any] = type(value)
    if isinstance(value, torch.Tensor):
        facts = [str(value.dtype).removeprefix("torch.")]
        if value.layout != torch.strided:
            facts.append(str(value.layout).removeprefix("torch."))
        facts.append("nested" if value.is_nested else f"shape {tuple(value.shape)}")
        if value.device.type != "cpu":
            facts.append(f"on {value.device}")
        return f"Tensor ({', '.join(facts)})"
    prefix = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    return f"{prefix}{kind.__qualname__}"
