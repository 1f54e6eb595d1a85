"""Values cross the wire unchanged; whatever else arrives is refused, whole."""

import math
import socket

import msgspec
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.inside import wire

DTYPES = (torch.bool, torch.int64, torch.float32, torch.float64, torch.bfloat16, torch.complex64)

plain = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text()
values = st.recursive(
    plain | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(-(2**63), 2**63 - 1), inner, max_size=3)
    ),
    max_leaves=12,
)


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    shape = draw(st.lists(st.integers(0, 4), max_size=4))
    numbers = draw(
        st.lists(st.floats(-1e6, 1e6), min_size=math.prod(shape), max_size=math.prod(shape))
    )
    return torch.tensor(numbers).reshape(shape).to(draw(st.sampled_from(DTYPES)))


def cross(value: object) -> object:
    return wire.decode(wire.encode(wire.plain(value, stays, 2**20)))


def stays(value: object) -> wire.Reference:
    return wire.Reference(7, type(value).__name__)


def same(left: object, right: object) -> bool:
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(map(same, left.values(), right.values()))
    return bool(left == right)


@given(values)
def test_values_cross_unchanged(value: object) -> None:
    try:
        value_as_sent = wire.plain(value, stays, 2**20)
    except RecursionError:
        return
    crossed = wire.decode(wire.encode(value_as_sent))
    if not has_surrogates(value):
        assert same(crossed, value)


def has_surrogates(value: object) -> bool:
    return any(0xD800 <= ord(char) < 0xE000 for char in repr(value)) or "\\ud" in repr(value)


@given(tensors())
def test_tensors_cross_unchanged(tensor: torch.Tensor) -> None:
    crossed = cross(tensor)
    assert isinstance(crossed, torch.Tensor)
    assert crossed.dtype == tensor.dtype
    assert crossed.shape == tensor.shape
    assert torch.equal(crossed, tensor)


def test_a_tensor_that_arrives_is_no_view_and_has_no_history() -> None:
    crossed = cross(torch.ones(2, 3, requires_grad=True).t())
    assert isinstance(crossed, torch.Tensor)
    assert not crossed._is_view()
    assert not crossed.requires_grad


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, lambda: 0, torch.zeros(1).expand(2**40), torch.zeros(3).to_sparse(), 2**80],
    ids=["object", "set", "function", "endless tensor", "sparse tensor", "huge integer"],
)
def test_what_cannot_cross_stays_behind_as_a_reference(value: object) -> None:
    assert cross([value]) == [wire.Reference(7, type(value).__name__)]


def test_nesting_beyond_the_limit_stays_behind() -> None:
    deep: object = 1
    for _ in range(1000):
        deep = [deep]
    assert "Reference" in repr(cross(deep))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_message_or_refused(data: bytes) -> None:
    for type_ in (object, wire.Reply, wire.Request):
        try:
            wire.decode(data, type_)
        except wire.WireError:
            continue


@given(tensors(), st.integers(-3, 3), st.data())
def test_a_tensor_whose_shape_lies_is_refused(
    tensor: torch.Tensor, more: int, data: st.DataObject
) -> None:
    name = str(tensor.dtype).removeprefix("torch.")
    content = bytes(tensor.numel() * tensor.element_size() + more) if more > 0 else b""
    shape = [*tensor.shape, data.draw(st.integers(2, 2**62))]
    payload = msgspec.msgpack.encode([name, shape, content])
    message = msgspec.msgpack.encode(msgspec.msgpack.Ext(1, payload))
    if math.prod(shape) * tensor.element_size() == len(content):
        return
    with pytest.raises(wire.WireError):
        wire.decode(message)


@pytest.mark.parametrize("depth", [40, 4000])
def test_tuples_nested_deeply_are_refused(depth: int) -> None:
    data = msgspec.msgpack.encode([1])
    for _ in range(depth):
        data = msgspec.msgpack.encode([msgspec.msgpack.Ext(2, data)])
    with pytest.raises(wire.WireError):
        wire.decode(data)


def test_a_length_beyond_the_limit_is_refused_before_anything_is_read() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"\xff\xff\xff\xff")
        with pytest.raises(wire.WireError, match="over the limit"):
            wire.receive(ours, object, 1000)
