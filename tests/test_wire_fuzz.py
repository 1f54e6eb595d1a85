"""Whatever a sandbox says, the trusted side comes to a result or a clear failed check, in time.

The peer of most tests is a socket that plays the sandbox (see wire_peer); what listens to it is
the code that listens to a real one. A value of n bytes may take at most 7 n + 32 MiB until a check
has said what is wrong with it.
"""

import contextlib
import ctypes
import gc
import os
import re
import socket
import struct
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
import wire_peer
from hypothesis import given, settings
from hypothesis import strategies as st
from replay import Memory
from wire_peer import LIMITS, Peer, converse, spoilt

from autograder import checks
from autograder.checks.expect import CheckFailed, is_equal
from autograder.course.bank import solution_cells
from autograder.grading import Grader
from autograder.sandbox.inside import wire
from autograder.sandbox.inside.limits import MIB, Limits
from autograder.sandbox.proxy import Crashed, LimitReached, StudentError, submission_of
from autograder.sandbox.session import Session
from autograder.submission import Submission

LOADED = wire.encode(wire.Loaded(1, []))
BEGUN = wire.encode(wire.Returned(2, None))


def framed(*messages: bytes) -> bytes:
    return b"".join(struct.pack("!I", len(message)) + message for message in messages)


def returned(raw: bytes, seq: int = 3) -> bytes:
    """A reply whose value is encoded as `raw`."""
    return wire.encode(wire.Returned(seq, None))[:-1] + raw


def asked(*streams: wire_peer.Stream, limits: Limits = LIMITS) -> Any:
    """What a check that calls one function gets from a peer that says this."""
    with Peer(streams, limits) as peer, Session(peer, "exercise", ["x = 1"]) as session:  # type: ignore[arg-type]
        with session.check() as channel:
            return submission_of(channel)(1)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.data())
def test_spoilt_conversations_end_in_results_or_clear_failures(data: st.DataObject) -> None:
    outcomes = converse(spoilt(lambda n: data.draw(st.integers(0, n - 1))))
    assert len(outcomes) >= 3


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=300), st.booleans())
def test_noise_in_place_of_a_reply_is_refused_or_read(noise: bytes, is_framed: bool) -> None:
    with contextlib.suppress(LimitReached, Crashed, StudentError):
        asked(framed(LOADED, BEGUN) + (framed(noise) if is_framed else noise))


def test_an_unspoilt_conversation_is_understood() -> None:
    answer = wire.encode(wire.Returned(3, wire.plain((1, [torch.ones(2)]), wire_peer.sent, MIB)))
    value = asked(framed(LOADED, BEGUN, answer))
    assert value[0] == 1
    assert torch.equal(value[1][0], torch.ones(2))


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (framed(wire.encode(wire.Returned(1, None))), "gave no answer"),
        (framed(LOADED, LOADED), "out of turn"),
        (framed(LOADED, BEGUN, returned(b"\xc0", 4)), "out of turn"),
        (framed(LOADED, BEGUN, returned(b"\xc0", 2)), "out of turn"),
        (framed(LOADED, BEGUN, BEGUN), "out of turn"),
        (framed(LOADED, BEGUN, LOADED), "out of turn"),
        (framed(LOADED, BEGUN, wire.encode(wire.Begin(3))), "Invalid value 'Begin'"),
        (framed(LOADED, BEGUN, b""), "not a message"),
        (framed(LOADED, BEGUN, returned(b"\xa2\xff\xfe")), "not a message: .*utf-8"),
        (framed(LOADED, BEGUN, returned(b"\x91" * 5000 + b"\xc0")), "nested too deeply"),
        (framed(LOADED, BEGUN, returned(wire_peer._nested(40))), "nested too deeply"),
        (framed(LOADED, BEGUN, returned(b"\xdd\xff\xff\xff\xff")), "cut short"),
        (framed(LOADED, BEGUN, returned(b"\x81\x92\x01\x02\x03")), "neither a string nor an"),
        (framed(LOADED, BEGUN, returned(b"\xd6\xff\0\0\0\0")), "parts of another kind"),
        (framed(LOADED) + b"\xff\xff\xff\xff", "larger than 1 MiB"),
        (framed(LOADED, BEGUN) + b"\0\0", "process ended"),
        (framed(LOADED, BEGUN) + framed(returned(b"\xc0"))[:-1], "process ended"),
        (b"", "process ended"),
    ],
)
def test_what_is_no_answer_is_told_in_a_few_words(stream: bytes, expected: str) -> None:
    with pytest.raises((Crashed, LimitReached), match=expected) as caught:
        asked(stream)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "content",
    [
        ["float32", [3], bytes(11)], ["float32", [-1, -1], bytes(4)], ["float32", [0, 2**40], b""],
        ["float32", [0, 2**62, 2**62], b""], ["float32", [1] * 33, bytes(4)], ["object", [1], b"1"],
        ["float32", [2**63], b""], ["float32", "3", b""], [["float32"], [1], bytes(4)], [],
        ["float32", [True], bytes(4)], ["float32", [1], "1234"],
    ],
    ids=str,
)  # fmt: skip
def test_tensors_whose_parts_disagree_are_refused(content: list[object]) -> None:
    raw = msgspec.msgpack.encode(msgspec.msgpack.Ext(1, msgspec.msgpack.encode(content)))
    with pytest.raises(Crashed, match="the submission sent"):
        asked(framed(LOADED, BEGUN, returned(raw)))


def test_a_handle_never_issued_is_the_submissions_own_trouble(grader: Grader) -> None:
    """The number goes back to where it came from, where nothing has it."""
    with Session(grader.sandbox, "exercise", ["def f(x): return x"]) as session:
        for number in (7, 2**40, -1, 2**63):
            with session.check() as channel:
                channel.ask(wire.Get(0, 0, "f"))
                reply = channel.ask(wire.Call(0, number, [], {}, keep=False))
                assert isinstance(reply, wire.Raised)


def test_a_reply_to_a_call_not_yet_made_is_no_more_than_a_value() -> None:
    early = framed(*(returned(msgspec.msgpack.encode("early"), seq) for seq in (3, 4, 5)))
    assert asked(framed(LOADED, BEGUN) + early) == "early"


def test_an_exceptions_text_of_any_length_is_cut() -> None:
    raised = wire.Raised(3, "error" * 999, "T" * 9999, "text " * 99999, "where" * 9999)
    stream = framed(LOADED, BEGUN, wire.encode(raised))
    with pytest.raises(StudentError) as caught:
        asked(lambda sock: sock.sendall(stream))
    assert len(str(caught.value)) < 10_000


def test_a_drip_is_waited_for_until_the_checks_time_is_up_and_no_longer() -> None:
    def drip(sock: socket.socket) -> None:
        for byte in framed(LOADED, BEGUN, returned(b"\xc4\xff" + bytes(255))):
            sock.sendall(bytes([byte]))
            if stop.wait(seconds):
                return

    stop, seconds = threading.Event(), 0.0
    assert asked(drip) == bytes(255)
    limits, seconds = msgspec.structs.replace(LIMITS, check_seconds=0.5), 0.01
    threading.Timer(20, stop.set).start()
    with pytest.raises(LimitReached, match=r"the check took more than 0\.5 s"):
        asked(drip, limits=limits)
    stop.set()


def test_a_peer_that_never_reads_is_given_up() -> None:
    """It has sent what it should have been asked for, and leaves requests where they are."""
    limits = msgspec.structs.replace(LIMITS, check_seconds=0.5)
    with Peer([framed(LOADED, BEGUN)], limits) as peer, Session(peer, "x", []) as session:  # type: ignore[arg-type]
        with session.check() as channel:
            with pytest.raises(LimitReached, match=r"more than 0\.5 s"):
                submission_of(channel)(torch.zeros(2**20))


def colliding_pairs(count: int) -> list[tuple[int, int]]:
    """Pairs of integers whose tuples all have one hash; CPython's algorithm, run backwards."""
    first, second, start = 11400714785074694791, 14029467366897019727, 2870177450012600261
    pairs: list[tuple[int, int]] = []
    inverse, number = pow(second, -1, 2**64), 0
    while len(pairs) < count:
        lane = (start + number * second) % 2**64
        lane = ((lane << 31 | lane >> 33) * first) % 2**64
        other = ((12345 - lane) * inverse) % 2**64
        other -= 2**64 if other >> 63 else 0
        if abs(other) < 2**61 - 2:
            pairs.append((number, other))
        number += 1
    return pairs


def test_keys_that_all_hash_alike_never_get_into_a_dict() -> None:
    """These 6000 would take a second, and 100,000, which a message has room for, five minutes."""
    pairs = colliding_pairs(6000)
    assert len({hash(pair) for pair in pairs}) == 1
    keys = b"".join(msgspec.msgpack.encode(pair) + b"\x01" for pair in pairs)
    with pytest.raises(Crashed, match="neither a string nor an integer"):
        asked(framed(LOADED, BEGUN, returned(b"\xde" + struct.pack("!H", len(pairs)) + keys)))


@pytest.mark.slow
@pytest.mark.parametrize("exercise", checks.exercises())
def test_every_check_comes_to_a_verdict_on_spoilt_answers(root: Path, exercise: str) -> None:
    """An honest solution's answers pass; of spoilt ones each check says something short."""
    memory = Memory(root, exercise)
    known = [info.id for info in checks.catalogue(exercise)]
    honest = memory.graded(0, 0.0)
    assert [result.id for result in honest] == known
    assert sum(result.status == "passed" for result in honest) >= len(known) - 2
    lost = set()
    for seed in range(6):
        results = memory.graded(seed, 0.15)
        assert [result.id for result in results] == known
        for result in results:
            assert bool(result.message) == (result.status != "passed")
            assert len(result.message) < 5000
            assert len(result.shown) < 5000
            assert result.points in (0, result.max_points)
            lost |= {result.status}
    assert {"passed", "failed", "crashed"} <= lost


GARBAGE = """
import os, socket, stat, struct
import msgspec
pack = msgspec.msgpack.encode
def line():
    for fd in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode): return socket.socket(fileno=fd)
        except OSError: pass
def say(data):
    line().sendall(data)
def framed(data):
    return struct.pack("!I", len(data)) + data
def returned(raw):
    return framed(pack({"message_type": "Returned", "seq": 4, "value": None})[:-1] + raw)
"""


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("say(b'\\0\\0\\0\\x20' + bytes(range(99)))", "stopped: "),
        ("say(b'\\xff' * 4)", "stopped: a value is larger than 16 MiB"),
        ("say(framed(b'\\xc1' * 99))", "stopped: the submission sent not a message"),
        ("say(returned(b'\\xdd\\0\\xf0\\0\\0' + b'\\x90' * 0xf00000))", "more than 131072 items"),
        ("say(returned(b'\\xde\\x20\\0' + b''.join(pack((n, n)) + b'1' for n in range(8192))))",
         "a dict with a key that is neither"),
        ("say(returned(b'\\xc0')[:9]); line().shutdown(2)", "stopped: "),
        ("[say(returned(pack(n))) for n in range(99)]", "expected a list or tuple of 2, got 0"),
    ],
    ids=["noise", "length", "no message", "bomb", "keys", "half", "too many"],
)  # fmt: skip
def test_a_submission_that_writes_on_its_socket_loses_that_check_alone(
    grader: Grader, root: Path, what: str, told: str
) -> None:
    """The peer is a real submission, the answer it spoils is one of its own."""
    spoilt = f"{GARBAGE}\ndef next_char_pairs(text, vocab):\n    {what}; return 5\n"
    cells = [*solution_cells(root, "hello_rnn"), spoilt]
    only = ("pairs_of_hello", "forward_shapes", "pairs_of_other_words", "other_sizes")
    report = grader.grade(Submission("spoilt", "hello_rnn", cells), only=only)
    status = {result.id: result.status for result in report.checks}
    assert status.pop("pairs_of_hello") in ("crashed", "failed")
    assert status.pop("pairs_of_other_words") in ("crashed", "failed")
    assert set(status.values()) == {"passed"}
    assert told in report.checks[0].message


MOST = Limits().message_bytes - 100
PACK = msgspec.msgpack.encode


def list_of(item: bytes, count: int) -> bytes:
    return b"\xdd" + struct.pack("!I", count) + item * count


def tensor_of(dtype: str, count: int, content: bytes) -> bytes:
    return PACK(msgspec.msgpack.Ext(1, PACK([dtype, [count], content])))


GREEDY = {
    "floats": lambda: tensor_of("float32", MOST // 4 - 9, bytes(MOST - 36)),
    "bools": lambda: tensor_of("bool", MOST - 40, b"\x02" * (MOST - 40)),
    "bytes": lambda: PACK(bytes(MOST)),
    "text": lambda: PACK("x" * (MOST - 9) + "\U0001f600"),
    "nested text": lambda: _tuples(PACK("x" * (MOST - 500)), 16),
    "empty lists": lambda: list_of(b"\x90", MOST),
    "as many empty dicts as may be": lambda: list_of(b"\x80", 2**17 - 9),
    "dicts in dicts": lambda: list_of(b"\x81\x01" * 15 + b"\x80", 4000),
    "empty tensors": lambda: list_of(PACK(msgspec.msgpack.Ext(1, PACK(["bool", [0], b""]))), 20000),
    "big integers": lambda: list_of(PACK(2**63), 2**17 - 9),
    "tuples": lambda: list_of(PACK(msgspec.msgpack.Ext(2, b"\x91\x90")), 40000),
    "a shape without end": lambda: PACK(
        msgspec.msgpack.Ext(1, PACK("bool").join([b"\x93", list_of(b"\x01", MOST - 99)]) + b"\xa0")
    ),
    "a claim": lambda: b"\xdd\xff\xff\xff\xff",
    "a frame's claim": lambda: None,
}


def _tuples(data: bytes, levels: int) -> bytes:
    for _ in range(levels):
        data = PACK(msgspec.msgpack.Ext(2, b"\x91" + data))
    return data


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="no peak to be reset")
@pytest.mark.parametrize("name", GREEDY)
def test_no_message_takes_more_memory_than_is_stated(name: str) -> None:
    raw = GREEDY[name]()
    rest = framed(returned(raw)) if raw is not None else b"\xff\xff\xff\xff" + bytes(2**24)
    before = resting_memory()

    def say(sock: socket.socket) -> None:
        sock.sendall(framed(LOADED, BEGUN))
        sock.sendall(rest)

    began = time.process_time()
    with pytest.raises((Crashed, LimitReached, CheckFailed)) as told:
        is_equal(asked(say, limits=Limits()), [5], "f")
    assert len(str(told.value)) < 300
    assert time.process_time() - began < 10
    grown = memory("VmHWM") - before
    assert grown <= 7 * len(rest) + 32 * MIB, f"{grown / MIB:.0f} MiB"


def resting_memory() -> int:
    """Bytes in memory, once what is free has been handed back; peaks are counted from here on."""
    gc.collect()
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def memory(what: str) -> int:
    found = re.search(rf"{what}:\s*(\d+)", Path("/proc/self/status").read_text())
    assert found
    return 1024 * int(found[1])
