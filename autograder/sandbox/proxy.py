"""A student's objects as a check sees them: the same in the sandbox and in a live notebook."""

import types
from contextvars import ContextVar
from typing import Any, Protocol

from .inside import wire
from .inside.objects import PROBES, SUBMISSION, ObjectTable


class StudentError(Exception):
    """Student code raised, or has no such name.

    `kind` is "missing", "not_written" (NotImplementedError) or "error"; `type` and `message` are
    those of the exception; `where` is the line of student code, "" where there is none;
    `brief` tells all of it but who raised; `forbidden` whether it was refused something.
    """

    def __init__(self, of: str, raised: wire.Raised) -> None:
        self.of, self.kind, self.type = of, raised.kind, raised.type
        self.message, self.where = raised.message, raised.where
        self.forbidden = was_refused(raised)
        at = f" ({raised.where})" if raised.where else ""
        # torch explains its errors at length; the first sentence says what happened.
        first = " ".join(raised.message.split(". ")[0].split()).rstrip(".")
        self.brief = f"{raised.type}: {first}{at}"
        super().__init__(f"{of} raised {self.brief}")


class LimitReached(Exception):
    """A check came to a limit; the message names it, `timeout` says whether it is one of time."""

    def __init__(self, message: str, timeout: bool) -> None:
        super().__init__(message)
        self.timeout = timeout


class Crashed(Exception):
    """The process running student code ended, or answered with something that is no answer.

    `forbidden` says that it sent what our half never sends.
    """

    def __init__(self, message: str, forbidden: bool = False) -> None:
        super().__init__(message)
        self.forbidden = forbidden


_REFUSALS = (
    "Operation not permitted", "Permission denied", "Read-only file system", "name resolution",
)  # fmt: skip
"""In the texts of exceptions: what the walls answer to files, processes and sockets of others."""


def was_refused(raised: wire.Raised | wire.Problem) -> bool:
    """Whether student code was refused something by the walls, and let the exception pass."""
    return raised.type == "PermissionError" or any(text in raised.message for text in _REFUSALS)


class Channel(Protocol):
    """Carries requests to where student code runs, and replies back."""

    def ask(self, request: wire.Get | wire.Call) -> wire.Returned | wire.Raised:
        """The reply to `request`. Raises LimitReached or Crashed."""
        ...


class LocalChannel:
    """Student code in this very process, for feedback; values are copied as on the wire."""

    VALUE_BYTES = 2**28

    def __init__(self, module: types.ModuleType) -> None:
        self._table = ObjectTable(module, self.VALUE_BYTES, interruptible=True)

    def ask(self, request: wire.Get | wire.Call) -> wire.Returned | wire.Raised:
        """The reply to `request`, computed here."""
        copied = wire.decode(wire.encode(request), wire.Request)
        reply: wire.Returned | wire.Raised = wire.decode(
            wire.encode(self._table.answer(copied)), wire.Reply
        )
        return reply


class Proxy:
    """An object of the submission: its attributes can be read, and it can be called.

    Tensors, numbers, strings, lists, tuples and dicts come back by value, everything else as
    another `Proxy`. Attribute and call raise StudentError, LimitReached or Crashed.
    """

    __slots__ = ("_channel", "_id", "_label", "_type")

    def __init__(self, channel: Channel, reference: wire.Reference, label: str) -> None:
        self._channel, self._id = channel, reference.id
        self._type, self._label = reference.type[:200], label

    def __getattr__(self, name: str) -> Any:
        label = f"{self._label}.{name}" if self._label else name
        return _ask(self._channel, wire.Get(0, self._id, name), label)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _call(self, args, kwargs, keep=False)

    def __repr__(self) -> str:
        return f"<{self._type}>"


def keep(function: Proxy, *args: Any, **kwargs: Any) -> Proxy:
    """Call `function` and leave its result inside, graph and all, as a Proxy."""
    result = _call(function, args, kwargs, keep=True)
    if not isinstance(result, Proxy):
        raise Crashed("the submission sent a value where none was asked for", forbidden=True)
    return result


def type_of(value: Any) -> str:
    """The name of a value's type, for messages; of a Proxy, the type of the student's object."""
    return value._type if isinstance(value, Proxy) else type(value).__name__


def take_latest() -> tuple[str, Any]:
    """What a check asked for last in this thread, such as "fit", and what came; then forgotten.

    ("", None) if nothing was asked since.
    """
    latest = _latest.get()
    _latest.set(("", None))
    return latest


_latest: ContextVar[tuple[str, Any]] = ContextVar("latest", default=("", None))


def submission_of(channel: Channel) -> Proxy:
    """The submission as a module of proxies."""
    return Proxy(channel, wire.Reference(SUBMISSION, "module"), "")


def probes_of(channel: Channel) -> Proxy:
    """Our `probes`, running beside the submission."""
    return Proxy(channel, wire.Reference(PROBES, "module"), "")


def _call(function: Proxy, args: Any, kwargs: Any, keep: bool) -> Any:
    arguments = [_outgoing(arg) for arg in args]
    named = {name: _outgoing(arg) for name, arg in kwargs.items()}
    request = wire.Call(0, function._id, arguments, named, keep)
    label = function._label
    if label and function._type.split(".")[-1] == label:  # an instance: calling it is its forward
        label += ".forward"
    return _ask(function._channel, request, label)


def _ask(channel: Channel, request: wire.Get | wire.Call, label: str) -> Any:
    reply = channel.ask(request)
    if isinstance(reply, wire.Raised):
        raise StudentError(label, reply)
    answer = _incoming(channel, reply.value, label)
    _latest.set((label, answer))
    return answer


def _incoming(channel: Channel, value: Any, label: str) -> Any:
    if isinstance(value, wire.Reference):
        return Proxy(channel, value, label)
    if isinstance(value, list | tuple):
        return type(value)(_incoming(channel, item, label) for item in value)
    if isinstance(value, dict):
        return {key: _incoming(channel, item, label) for key, item in value.items()}
    return value


def _outgoing(value: Any) -> Any:
    """An argument of ours; a Proxy in it, at any depth, goes as the object it stands for."""
    return wire.plain(value, _reference, 2**31)


def _reference(value: Any) -> wire.Reference:
    if isinstance(value, Proxy):
        return wire.Reference(value._id, value._type)
    raise TypeError(f"a check cannot hand over a {type(value).__name__}")
