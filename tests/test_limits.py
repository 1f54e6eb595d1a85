"""Each limit at its edges: nine tenths of it are enough for nobody to notice, eleven name it.

Limits are as small as leaves what is measured well above what the kit itself needs.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from autograder.grading import Grader
from autograder.sandbox import walls
from autograder.sandbox.inside.limits import MIB, Limits, size
from autograder.sandbox.launcher import Sandbox
from autograder.sandbox.proxy import LimitReached, submission_of
from autograder.sandbox.session import Session
from autograder.submission import Submission, UnreadableSubmission, read

LIMITS = Limits(
    cpu_seconds=2, memory_bytes=200 * MIB, processes=40, file_bytes=2 * MIB, output_bytes=MIB // 4,
    scratch_bytes=4 * MIB, message_bytes=MIB, message_items=10_000, cells=20,
    submission_bytes=100 * 1024, load_seconds=60.0, check_seconds=60.0, submission_seconds=180.0,
)  # fmt: skip

PRELUDE = """
import os, threading, time
import numpy as np
import torch

kept = []

def work(seconds):
    while time.process_time() < seconds: pass
    return "done"

def fork(count):
    for _ in range(count - 1):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)

def threads(count):
    done = threading.Event()
    threading.stack_size(2**16)
    try:
        for _ in range(count - 1): threading.Thread(target=done.wait).start()
    finally:
        done.set()

def files(count):
    for number in range(16):
        with open(str(number), "wb") as file: file.write(bytes(count // 16))

def fill(count): kept.append(bytearray(count))
def tensor(count): kept.append(torch.ones(count // 4))
def array(count): kept.append(np.ones(count // 8))
def one_file(count): open("file", "wb").write(bytes(count))
def write(count): print("x" * (count - 1))
def complain(count): os.write(2, b"x" * count)
def numbers(count): return [0.5] * count
def texts(count): return ["x" * 1021] * (count // 1024)
"""


@pytest.fixture(scope="module", params=walls.Isolation.__args__)  # type: ignore[attr-defined]
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    if request.param == "namespace" and walls.best_isolation() != "namespace":
        pytest.skip("no namespaces on this machine")
    if request.param == "user" and not walls.can_be_another_user():
        pytest.skip("another user cannot run this Python: it lies in a folder of root's")
    with Sandbox(LIMITS, request.param) as started:
        yield started


def share(limit: str, tenths: int) -> float:
    value: float = getattr(LIMITS, limit) * tenths / 10
    return value if limit == "cpu_seconds" else int(value)


@pytest.mark.parametrize(
    ("limit", "function", "told"),
    [
        ("cpu_seconds", "work", "the check used more than 2 s of CPU time"),
        ("memory_bytes", "fill", "memory limit of 200 MiB"),
        ("memory_bytes", "tensor", "memory limit of 200 MiB"),
        ("memory_bytes", "array", "memory limit of 200 MiB"),
        ("processes", "fork", "limit of 40 processes and threads"),
        ("processes", "threads", "limit of 40 processes and threads"),
        ("file_bytes", "one_file", "limit of 2 MiB for a file"),
        ("scratch_bytes", "files", "limit of 4 MiB for files"),
        ("output_bytes", "write", "the check printed more than 256 KiB"),
        ("output_bytes", "complain", "the check printed more than 256 KiB"),
        ("message_items", "numbers", "a value of more than 10000 items"),
        ("message_bytes", "texts", "a value is larger than 1 MiB"),
    ],
)
def test_nine_tenths_pass_and_eleven_name_the_limit(
    sandbox: Sandbox, limit: str, function: str, told: str
) -> None:
    if limit == "scratch_bytes" and sandbox.isolation != "namespace":
        pytest.skip("only a namespace has a file system of its own")
    if limit == "processes" and sandbox.isolation == "process" and os.geteuid() == 0:
        pytest.skip("the kernel does not count root's processes")
    for tenths in (9, 11):
        with Session(sandbox, "exercise", [PRELUDE]) as session, session.check() as channel:
            use = getattr(submission_of(channel), function)
            if tenths == 9:
                use(share(limit, tenths))
                continue
            with pytest.raises(LimitReached, match=told) as caught:
                use(share(limit, tenths))
            assert caught.value.timeout is (limit == "cpu_seconds")


@pytest.mark.parametrize("value", ["torch.zeros({} // 4)", "'x' * {}", "b'x' * {}"])
def test_a_single_value_over_its_limit_says_so_where_it_stands(grader: Grader, value: str) -> None:
    most = grader.limits.message_bytes
    for tenths, told in ((9, ""), (11, "larger than 16 MiB")):
        source = f"import torch\ndef next_char_pairs(*_): return {value}"
        submission = Submission("large", "hello_rnn", [source.format(most * tenths // 10)])
        [result] = grader.grade(submission, only=("pairs_of_hello",)).checks
        assert result.status == "failed"
        assert told in result.message
        assert ("larger than" in result.message) == bool(told)


def test_loading_has_limits_of_its_own_and_names_them(sandbox: Sandbox) -> None:
    for source, told in (("work(1.8)", ""), ("work(2.2)", "loading the submission used more than")):
        with Session(sandbox, "exercise", [PRELUDE, source]) as session:
            if not told:
                session.load()
                with session.check() as channel:  # which has a time of its own
                    assert submission_of(channel).work(1.5) == "done"
                continue
            with pytest.raises(LimitReached, match=told):
                session.load()
    for tenths in (9, 11):
        cell = f"print('x' * {share('output_bytes', tenths)}, end='')"
        with Session(sandbox, "exercise", [cell]) as session:
            if tenths == 9:
                session.load()
                with session.check():  # and an output of its own
                    continue
            with pytest.raises(
                LimitReached, match="loading the submission printed more than 256 KiB"
            ):
                session.load()


def test_a_limit_that_a_cell_reaches_is_named_and_the_next_cells_run(grader: Grader) -> None:
    cells = ["x = bytearray(2**31)", "def next_char_pairs(text, vocab): raise NotImplementedError"]
    report = grader.grade(Submission("large", "hello_rnn", cells), only=("pairs_of_hello",))
    assert "memory limit of 1024 MiB (cell 1, line 1: x = bytearray(2**31))" in report.problem
    assert report.checks[0].status == "not_attempted"


BREEDS = """
def breed():
    if os.fork() == 0:
        while True:
            try: os.fork() or time.sleep(60)
            except OSError: time.sleep(0.01)
    time.sleep(1)
"""


def test_processes_left_running_are_named_in_the_next_check_and_gone_by_the_one_after(
    sandbox: Sandbox,
) -> None:
    if sandbox.isolation == "process" and os.geteuid() == 0:
        pytest.skip("the kernel does not count root's processes")
    with Session(sandbox, "exercise", [PRELUDE + BREEDS]) as session:
        with session.check() as channel:
            submission_of(channel).breed()
        for _ in range(2):  # the first gets a fork that was made ahead of time, the next none
            time.sleep(0.5)  # until its children have taken all the room there is
            with pytest.raises(LimitReached, match="limit of 40 processes"):
                with session.check() as channel:
                    submission_of(channel).fork(2)
        with session.check() as channel:
            submission_of(channel).fork(2)


@pytest.mark.slow
def test_wall_times_at_their_edges() -> None:
    """Asleep, and with a second to spare in every ten, so that a busy machine changes nothing."""
    sleep = "import time\ndef f(seconds): time.sleep(seconds)\n"
    times = {"load_seconds": 10.0, "check_seconds": 10.0, "submission_seconds": 20.0}
    with Sandbox(msgspec.structs.replace(LIMITS, **times)) as sandbox:
        with Session(sandbox, "exercise", [f"{sleep}f(9)"]) as session:
            session.load()
            with session.check() as channel:
                submission_of(channel).f(9)
    times = {"load_seconds": 1.0, "check_seconds": 1.5, "submission_seconds": 20.0}
    with Sandbox(msgspec.structs.replace(LIMITS, **times)) as sandbox:
        with Session(sandbox, "exercise", [f"{sleep}f(1.1)"]) as session:
            with pytest.raises(LimitReached, match="loading the submission took more than 1 s"):
                session.load()
        with Session(sandbox, "exercise", [sleep]) as session, session.check() as channel:
            with pytest.raises(LimitReached, match=r"the check took more than 1\.5 s") as caught:
                submission_of(channel).f(1.65)
            assert caught.value.timeout


@pytest.mark.slow
def test_the_time_of_a_whole_submission_is_named_in_the_check_that_uses_it_up() -> None:
    times = {"load_seconds": 60.0, "check_seconds": 60.0, "submission_seconds": 3.0}
    source = "import time\ndef f(seconds): time.sleep(seconds)\n"
    with Sandbox(msgspec.structs.replace(LIMITS, **times)) as sandbox:
        with Session(sandbox, "exercise", [source]) as session:
            for seconds in (3.3, 0.0):
                told = r"^the whole submission took more than 3 s$"
                with pytest.raises(LimitReached, match=told), session.check() as channel:
                    submission_of(channel).f(seconds)


def test_the_size_of_a_file_and_its_cells_at_their_edges(grader: Grader, tmp_path: Path) -> None:
    limits = msgspec.structs.replace(grader.limits, submission_bytes=100 * 1024, cells=20)
    for tenths, told in ((9, ""), (11, "the file is larger than 100 KiB, the limit")):
        path = tmp_path / f"{tenths}.py"
        path.write_bytes(b"#" * (limits.submission_bytes * tenths // 10))
        assert _problem(path, limits) == told
    for count, told in ((18, ""), (22, "it has 22 code cells; the limit is 20")):
        cell = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
        path = tmp_path / f"{count}.ipynb"
        path.write_text(json.dumps({"cells": [cell] * count, "nbformat": 4, "metadata": {}}))
        assert _problem(path, limits) == told


def _problem(path: Path, limits: Limits) -> str:
    try:
        read(path, "hello_rnn", limits.submission_bytes, limits.cells)
    except UnreadableSubmission as error:
        return str(error)
    return ""


def test_every_limit_there_is_has_its_edges_tested() -> None:
    """A limit that is added to Limits has to be added here as well."""
    source = Path(__file__).read_text(encoding="utf-8")
    missing = [name for name in Limits.__struct_fields__ if source.count(name) < 2]
    assert missing == []


@pytest.mark.parametrize(
    ("count", "told"),
    [(2**24, "16 MiB"), (3 * MIB // 2, "1.5 MiB"), (300 * 1024, "300 KiB"), (1000, "1000 bytes")],
)
def test_sizes_are_told_exactly(count: int, told: str) -> None:
    assert size(count) == told
