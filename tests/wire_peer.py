"""Plays the sandbox to the trusted side: says anything, in any order, and hangs up when it likes.

What it says starts from what the kit itself would send and is then spoilt, a few times over, as a
`pick` chooses: a function that gives a number below n, which Hypothesis or a fuzzer provides.
"""

import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import torch

from autograder.checks import expect
from autograder.checks.expect import CheckFailed
from autograder.sandbox.inside import wire
from autograder.sandbox.inside.limits import MIB, Limits
from autograder.sandbox.proxy import (
    Crashed,
    LimitReached,
    Proxy,
    StudentError,
    keep,
    submission_of,
    take_latest,
)
from autograder.sandbox.session import Session

Pick = Callable[[int], int]
Stream = bytes | Callable[[socket.socket], None]
LIMITS = Limits(load_seconds=5.0, check_seconds=5.0, submission_seconds=10.0, message_bytes=MIB)
CALLS = 6
"""How often the trusted side asks for something in a check."""

_pack = msgspec.msgpack.encode
_ext = msgspec.msgpack.Ext


class Peer:
    """In a Sandbox's place: each submission that is started finds the next of `streams`, then EOF.

    Bytes have to fit into a socket's buffer, 100 kB: all is there from the beginning. A function
    gets the socket in a thread of its own and may take its time.
    """

    def __init__(self, streams: Sequence[Stream], limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._streams = list(streams)
        self.control, self._zygote = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ends: list[socket.socket | int] = []
        self._threads: list[threading.Thread] = []

    def start_submission(self) -> tuple[socket.socket, int]:
        ours, theirs = socket.socketpair()
        output, printed = os.pipe()
        self._ends += [theirs, printed]
        stream = self._streams.pop(0) if self._streams else b""
        if isinstance(stream, bytes):
            theirs.setblocking(False)
            theirs.sendall(stream)
            theirs.shutdown(socket.SHUT_WR)
        else:
            self._threads.append(threading.Thread(target=_play, args=(stream, theirs)))
            self._threads[-1].start()
        ours.setblocking(False)
        return ours, output

    def end_submission(self) -> None:
        for thread in self._threads:  # our end is closed, so it cannot say any more
            thread.join()
        self._threads.clear()
        for end in self._ends:
            end.close() if isinstance(end, socket.socket) else os.close(end)
        self._ends.clear()

    def exit_code(self) -> int | None:
        return None

    def has_ended(self) -> bool:
        return False

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *exc: object) -> None:
        self.end_submission()
        self.control.close()
        self._zygote.close()


def _play(stream: Callable[[socket.socket], None], sock: socket.socket) -> None:
    with contextlib.suppress(OSError, EOFError):
        try:
            stream(sock)
        finally:
            sock.shutdown(socket.SHUT_WR)


def converse(streams: Sequence[bytes]) -> list[str]:
    """What becomes of each of three checks that ask `Peer(streams)`: as a report would say it.

    Anything but an answer, a failed check or one of the three honest exceptions comes out of here.
    """
    outcomes = []
    with Peer(streams) as peer, Session(peer, "exercise", ["x = 1"]) as session:  # type: ignore[arg-type]
        for number in range(3):
            try:
                session.load() if number == 1 else None
                with session.check() as channel:
                    submission = submission_of(channel)
                    for call in range(CALLS):
                        outcomes.append(_use(submission(torch.ones(2), call)))
            except (LimitReached, Crashed, StudentError) as error:
                outcomes.append(f"{type(error).__name__}: {error}")
    take_latest()
    assert all(0 < len(outcome) < 20_000 for outcome in outcomes)
    return outcomes


def _use(value: Any) -> str:
    """Hold a value against each expectation in turn; what is said of it."""
    trials: tuple[Callable[[], object], ...] = (
        lambda: expect.is_tensor(value, "f", shape=(2, 3)),
        lambda: expect.is_close(value, torch.zeros(2, 3), "f"),
        lambda: expect.is_close(value, torch.zeros(2, dtype=torch.int64), "f"),
        lambda: expect.is_number(value, 1.5, "f", tolerance=0.1),
        lambda: expect.at_least(value, 0.5, "f"),
        lambda: expect.at_most(value, 0.5, "f"),
        lambda: expect.is_equal(value, {"a": [1, (2.5, torch.ones(1))]}, "f"),
        lambda: expect.is_sequence(value, 2, "f"),
        lambda: expect.is_dict(value, ["a", "b"], "f"),
        lambda: expect.is_object(value, "f", "a model"),
        lambda: isinstance(value, Proxy) and keep(value, 1),
    )
    said = []
    for trial in trials:
        try:
            trial()
            said.append("passed")
        except CheckFailed as failed:
            said.append(str(failed))
    said.append(expect.unforeseen(ValueError("x"), ("f", value)))
    return "; ".join(said)


def valid(pick: Pick) -> list[bytes]:
    """The replies of an honest submission that three checks ask for CALLS values each."""
    messages: list[Any] = [
        wire.Loaded(1, [wire.Problem(1, "ValueError", "no", "cell 1")][: pick(2)])
    ]
    seq = 1
    for _ in range(3):
        messages.append(wire.Returned(seq := seq + 1, None))
        for _ in range(CALLS):
            seq += 1
            messages.append(answer(seq, pick))
        messages.append(wire.Returned(seq := seq + 1, None))
    return [wire.encode(message) for message in messages]


def answer(seq: int, pick: Pick) -> Any:
    """A reply, mostly a value."""
    if pick(8) == 0:
        return wire.Raised(seq, ("error", "missing", "new")[pick(3)], "ValueError", "no. No", "l")
    if pick(20) == 0:
        return wire.Ended(pick(64) - 32)
    return wire.Returned(seq, sent(value(pick)))


def sent(given: Any) -> Any:
    """A value as the kit's own half hands it to the encoder."""
    return wire.plain(given, lambda _: wire.Reference(7, "T"), MIB)


def value(pick: Pick, depth: int = 0) -> Any:
    """A value that a submission may hand over."""
    kinds: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: bool(pick(2)),
        lambda: pick(2**32) - 2**31,
        lambda: (0.5, float("nan"), float("inf"), -1e308, 5e-324)[pick(5)],
        lambda: ("a", "", "é\u2028\U0001f600", "\ud800", "x" * 300)[pick(5)],
        lambda: tensor(pick),
        lambda: wire.Reference(pick(2**16), "SimpleRNN"),
        lambda: bytes(pick(3)),
        lambda: [value(pick, depth + 1) for _ in range(pick(4))],
        lambda: tuple(value(pick, depth + 1) for _ in range(pick(4))),
        lambda: {("a", "b", 3)[n]: value(pick, depth + 1) for n in range(pick(4))},
    )
    return kinds[pick(len(kinds) if depth < 3 else 8)]()


def tensor(pick: Pick) -> torch.Tensor:
    """A small tensor of any kind that crosses, nan and all."""
    shape = [pick(4) for _ in range(pick(4))]
    made = torch.tensor([0.0, 1.0, -2.5, float("nan"), float("inf"), 1e30])
    kinds = list(wire._DTYPES.values())
    return (
        made[torch.arange(torch.Size(shape).numel()) % 6].reshape(shape).to(kinds[pick(len(kinds))])
    )


def spoilt(pick: Pick) -> list[bytes]:
    """Streams for a Peer: valid replies, spoilt in up to four ways."""
    frames = valid(pick)
    pieces = [struct.pack("!I", len(frame)) + frame for frame in frames]
    for _ in range(pick(5)):
        if not pieces:
            break
        # Rather near the beginning: what comes after the first fault is hardly ever read.
        at = pick(min(len(pieces), 1 + pick(len(pieces))))
        _SPOILERS[pick(len(_SPOILERS))](pieces, at, pick)
    stream = b"".join(pieces)[:100_000]
    again = b"".join(struct.pack("!I", len(frame)) + frame for frame in valid(pick))
    return [stream, again][: 1 + pick(2)]


def _truncate(pieces: list[bytes], at: int, pick: Pick) -> None:
    pieces[at] = pieces[at][: pick(len(pieces[at]) + 1)]


def _hang_up(pieces: list[bytes], at: int, pick: Pick) -> None:
    _truncate(pieces, at, pick)
    del pieces[at + 1 :]


def _flip(pieces: list[bytes], at: int, pick: Pick) -> None:
    pieces[at] = flipped(pieces[at], pick)


def flipped(piece: bytes, pick: Pick) -> bytes:
    """With one to three bytes replaced."""
    data = bytearray(piece)
    for _ in range(1 + pick(3)):
        if data:
            data[pick(len(data))] = pick(256)
    return bytes(data)


def _cut_out(pieces: list[bytes], at: int, pick: Pick) -> None:
    begin, count = pick(len(pieces[at]) + 1), pick(9)
    pieces[at] = framed(pieces[at][4 : 4 + begin] + pieces[at][4 + begin + count :])


def _insert(pieces: list[bytes], at: int, pick: Pick) -> None:
    begin = pick(len(pieces[at]) + 1)
    junk = bytes(pick(256) for _ in range(pick(9)))
    pieces[at] = framed(pieces[at][4 : 4 + begin] + junk + pieces[at][4 + begin :])


def _junk_between(pieces: list[bytes], at: int, pick: Pick) -> None:
    pieces.insert(at, bytes(pick(256) for _ in range(pick(40))))


def _drop(pieces: list[bytes], at: int, pick: Pick) -> None:
    del pieces[at]


def _double(pieces: list[bytes], at: int, pick: Pick) -> None:
    pieces.insert(at, pieces[at])


def _swap(pieces: list[bytes], at: int, pick: Pick) -> None:
    other = pick(len(pieces))
    pieces[at], pieces[other] = pieces[other], pieces[at]


def _lie_about_length(pieces: list[bytes], at: int, pick: Pick) -> None:
    length = (0, 1, abs(len(pieces[at]) - 3), MIB, MIB + 1, 2**31, 2**32 - 1)[pick(7)]
    pieces[at] = struct.pack("!I", length) + pieces[at][4:]


def _wrong_number(pieces: list[bytes], at: int, pick: Pick) -> None:
    number = (0, -1, at, at + 2, 2**63 - 1, 2**64 - 1, 1.0, "1", None)[pick(9)]
    pieces[at] = said("Returned", number, _pack(None))


def _wrong_tag(pieces: list[bytes], at: int, pick: Pick) -> None:
    tag = ("Loaded", "Load", "Ended", "Begin", "Call", "", "returned", 5, None, ["Returned"])[
        pick(10)
    ]
    pieces[at] = said(tag, at + 1, _pack(None))


def _odd_value(pieces: list[bytes], at: int, pick: Pick) -> None:
    pieces[at] = said("Returned", at + 1, odd(pick))


_SPOILERS = (
    _truncate, _hang_up, _flip, _cut_out, _insert, _junk_between, _drop, _double, _swap,
    _lie_about_length, _wrong_number, _wrong_tag, _odd_value, _odd_value, _odd_value,
)  # fmt: skip


def odd(pick: Pick) -> bytes:
    """A value as no honest submission encodes one."""
    dtype = ("float32", "int64", "bool", "complex128", "float128", "", "object")[pick(7)]
    sizes = (0, 1, 2, 3, -1, 2**20 + 1, 2**40, 2**62, -(2**63), 2**64 - 1)
    shape = [sizes[pick(len(sizes))] for _ in range(pick(40) if pick(4) == 0 else pick(4))]
    deep = (5, 18, 25, 200, 3000)[pick(5)]
    inner = wire.encode(sent(value(pick))) if pick(2) else b""
    kinds: tuple[Callable[[], bytes], ...] = (
        lambda: _pack(_ext(1, _pack([dtype, shape, bytes(pick(33))]))),
        lambda: _pack(
            _ext(1, _pack([[dtype, shape], [shape, dtype, b""], [dtype, shape, "x"]][pick(3)]))
        ),
        lambda: _pack(
            _ext(3, _pack([[2**63, "T"], [-1, "T"], [7, "T" * 5000], [7], ["7", 7]][pick(5)]))
        ),
        lambda: _pack(_ext(pick(256) - 128, bytes(pick(20)))),
        lambda: b"\x91" * deep + b"\xc0",
        lambda: b"\x81\xa1a" * deep + b"\xc0",
        lambda: _nested(min(deep, 200)),
        lambda: (
            (b"\xdd", b"\xdf", b"\xdb", b"\xc6", b"\xc9")[pick(5)] + struct.pack("!I", pick(2**32))
        ),
        lambda: b"\xa4" + (b"\xff\xfe\xed\xa0", b"\xc0\x80\xf5a", b"\xed\xa0\x80a")[pick(3)],
        lambda: b"\x81" + _pack([1, 2]) + b"\x01",
        lambda: b"\x82" + (b"\xc0", b"\xcb" + bytes(8), b"\xc4\x01a", b"\xa1a")[pick(4)] * 2,
        lambda: b"\xdd\x00\x00\x40\x00" + b"\x90" * 2**14,
        lambda: b"\xc1",
        lambda: b"\x93" + inner * 3,
    )
    return kinds[pick(len(kinds))]()


def _nested(levels: int) -> bytes:
    data = _pack([1])
    for _ in range(levels):
        data = _pack([_ext(2, data)])
    return data


def said(tag: Any, seq: Any, raw: bytes) -> bytes:
    """A framed reply whose value is `raw`, as it is."""
    head = {"message_type": tag, "seq": seq, "value": None}
    return framed(_pack(head)[:-1] + raw)


def framed(data: bytes) -> bytes:
    """Data behind its length."""
    return struct.pack("!I", len(data)) + data
