"""Messages between the trusted process and the sandbox: length-prefixed MessagePack.

Values cross, never code: no pickle, no eval, no class lookup. Whatever arrives from the sandbox
is treated as hostile; `decode` and `receive` raise `WireError` for anything that is not a
well-formed message, before memory is allocated for what the message claims to hold.
"""

import math
import socket
import struct
from collections.abc import Callable
from typing import Any

import msgspec
import torch

from .looking import TooManyItems as TooManyItems
from .looking import WireError as WireError
from .looking import look_over

MAX_DEPTH = 16
"""Levels of lists, tuples and dicts in one value."""

_LENGTH = struct.Struct("!I")
_TENSOR, _TUPLE, _REFERENCE = 1, 2, 3
_EXTENSIONS = (_TENSOR, _TUPLE, _REFERENCE)
_ENDLESS = 2**62
_DTYPES = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64,
        torch.float16, torch.bfloat16, torch.float32, torch.float64,
        torch.complex64, torch.complex128,
    )
}  # fmt: skip


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """An object that stays where student code runs: its number there, and its type's name."""

    id: int
    type: str


class Load(msgspec.Struct, tag=True, tag_field="message_type"):
    """Request: run these code cells in order, as a module of this name; `seed` shifts all seeds."""

    seq: int
    name: str
    cells: list[str]
    seed: int = 0


class Begin(msgspec.Struct, tag=True, tag_field="message_type"):
    """Request: fork the loaded submission for one check."""

    seq: int


class Get(msgspec.Struct, tag=True, tag_field="message_type"):
    """Request: the attribute `name` of object `target`."""

    seq: int
    target: int
    name: str


class Call(msgspec.Struct, tag=True, tag_field="message_type"):
    """Request: call object `target`; with `keep`, the result stays inside, as a reference."""

    seq: int
    target: int
    args: list[Any]
    kwargs: dict[str, Any]
    keep: bool


class End(msgspec.Struct, tag=True, tag_field="message_type"):
    """Request: this check is over."""

    seq: int


Request = Load | Begin | Get | Call | End


class Problem(msgspec.Struct, frozen=True):
    """A cell that raised while the submission was loaded; `cell` counts from 1."""

    cell: int
    type: str
    message: str
    where: str


class Loaded(msgspec.Struct, tag=True, tag_field="message_type"):
    """Reply: the cells have run; the ones that raised are listed."""

    seq: int
    problems: list[Problem]


class Returned(msgspec.Struct, tag=True, tag_field="message_type"):
    """Reply: a value, or a reference to an object."""

    seq: int
    value: Any


class Raised(msgspec.Struct, tag=True, tag_field="message_type"):
    """Reply: student code raised; `kind` is "missing", "not_written" or "error"."""

    seq: int
    kind: str
    type: str
    message: str
    where: str


class Ended(msgspec.Struct, tag=True, tag_field="message_type"):
    """Reply: the fork of this check has ended, with a waitpid exit code (negative: signal)."""

    code: int


Reply = Loaded | Returned | Raised | Ended


def encode(message: Any) -> bytes:
    """A message, or any value that may cross, as MessagePack.

    Raises WireError for a value that cannot cross (see `crosses`).
    """
    try:
        return msgspec.msgpack.encode(message, enc_hook=_refuse)
    except (OverflowError, RecursionError, TypeError, UnicodeEncodeError, ValueError) as error:
        raise WireError(f"a value cannot be sent: {error}") from None


def plain(value: Any, fallback: Callable[[Any], Reference], limit: int, depth: int = 0) -> Any:
    """`value` in terms of what MessagePack holds; what cannot cross goes through `fallback`.

    Tensors (dense, on the CPU, at most `limit` bytes) become dtype, shape and bytes; tuples are
    kept apart from lists; a subclass of a number or str crosses as the plain number or str.
    """
    if value is None or value is True or value is False:
        return value
    if isinstance(value, Reference):
        return msgspec.msgpack.Ext(_REFERENCE, encode([value.id, value.type]))
    if isinstance(value, torch.Tensor):
        packed = _pack_tensor(value, limit)
        return plain(fallback(value), fallback, limit) if packed is None else packed
    if isinstance(value, int) and -(2**63) <= value < 2**64:
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str) and len(value) <= limit:
        return str(value).encode("utf-8", "replace").decode()
    if isinstance(value, bytes) and len(value) <= limit:
        return bytes(value)
    if depth < MAX_DEPTH and len_within(value, limit):
        if isinstance(value, list):
            return [plain(item, fallback, limit, depth + 1) for item in value]
        if isinstance(value, tuple):
            items = [plain(item, fallback, limit, depth + 1) for item in value]
            return msgspec.msgpack.Ext(_TUPLE, encode(items))
        if isinstance(value, dict) and all(isinstance(key, str | int) for key in value):
            pairs = value.items()
            return {
                plain(k, fallback, limit): plain(v, fallback, limit, depth + 1) for k, v in pairs
            }
    return plain(fallback(value), fallback, limit)


def len_within(value: Any, limit: int) -> bool:
    """Whether a list, tuple or dict has few enough items to be sent at all."""
    return isinstance(value, list | tuple | dict) and len(value) <= limit


def decode(data: bytes, type_: Any = Any, items: int = _ENDLESS) -> Any:
    """The message in `data`, checked against `type_`. Raises WireError for anything else.

    Raises TooManyItems, which is a WireError, where it holds more than `items`.
    """
    try:
        return _Reader(items).read(data, type_)
    except WireError:
        raise
    except (msgspec.MsgspecError, RuntimeError, TypeError, ValueError, MemoryError) as error:
        raise WireError(f"not a message: {error}") from None


def send(sock: socket.socket, message: Any) -> None:
    """Write one framed message. Raises OSError when the other side is gone."""
    data = encode(message)
    sock.sendall(_LENGTH.pack(len(data)) + data)


def receive(sock: socket.socket, type_: Any, limit: int) -> Any:
    """Read one framed message; EOFError when the other side closed, WireError when malformed."""
    header = _read(sock, _LENGTH.size)
    size = _LENGTH.unpack(header)[0]
    if size > limit:
        raise WireError(f"a message of {size} bytes is over the limit of {limit}")
    return decode(_read(sock, size), type_)


def _read(sock: socket.socket, size: int) -> bytes:
    chunks = bytearray()
    while len(chunks) < size:
        chunk = sock.recv(min(size - len(chunks), 2**20))
        if not chunk:
            raise EOFError
        chunks += chunk
    return bytes(chunks)


def _refuse(value: Any) -> Any:
    raise TypeError(f"{type(value).__name__} objects stay where they are")


def _pack_tensor(tensor: torch.Tensor, limit: int) -> msgspec.msgpack.Ext | None:
    """A tensor as dtype, shape and bytes, or None where its kind or size cannot cross."""
    name = str(tensor.dtype).removeprefix("torch.")
    if name not in _DTYPES or tensor.layout != torch.strided or tensor.device.type != "cpu":
        return None
    if tensor.is_nested or tensor.numel() * tensor.element_size() > limit:
        return None
    with torch.no_grad():
        flat = tensor.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
        data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    return msgspec.msgpack.Ext(_TENSOR, encode([name, list(tensor.shape), data]))


class _Reader:
    """Reads one message, extensions in extensions too; never more than `items` in all."""

    def __init__(self, items: int) -> None:
        self._items, self._depth = items, 0

    def read(self, data: bytes | memoryview, type_: Any) -> Any:
        self._items -= look_over(data, self._items, _EXTENSIONS)
        return msgspec.msgpack.decode(data, type=type_, ext_hook=self._extension)

    def _extension(self, code: int, payload: memoryview) -> Any:
        if code == _REFERENCE:
            return self.read(payload, Reference)
        if code == _TENSOR:
            return _unpack_tensor(*self.read(payload, tuple[str, list[int], memoryview]))
        if self._depth > MAX_DEPTH:
            raise WireError("a value that is nested too deeply")
        self._depth += 1
        items = tuple(self.read(payload, list[Any]))
        self._depth -= 1
        return items


def _unpack_tensor(name: str, shape: list[int], content: memoryview) -> torch.Tensor:
    dtype = _DTYPES.get(name)
    if dtype is None or len(shape) > 32 or any(size < 0 for size in shape):
        raise WireError("a tensor of unknown dtype or shape")
    if math.prod(shape) * dtype.itemsize != len(content):
        raise WireError(f"a tensor of shape {tuple(shape)} with {len(content)} bytes")
    if (
        math.prod(size or 1 for size in shape) > 2**24 and not content
    ):  # an empty one, or it would have bytes
        raise WireError("an empty tensor of absurd shape")
    # Filled in place and no view: what is handed to a student must not be one, as `detach_`
    # refuses views.
    tensor = torch.empty(shape, dtype=dtype)
    if content:
        filled = tensor.reshape(-1).view(torch.uint8)
        filled.numpy().data[:] = content
        if dtype == torch.bool:  # others than 0 and 1 are undefined behaviour in torch's kernels
            filled.clamp_(max=1)
    return tensor
