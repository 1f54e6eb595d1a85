"""`python -m bench.soak [N]`: does grading go on for ever, or does something pile up?

Grades N submissions (2,000) one after another in one sandbox; every twentieth is hostile, crashes
or runs into a limit. Prints memory, descriptors and processes as it goes, then what has piled up,
and how many submissions a minute that was. Exit status 1 if memory grew or something was left.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence

import msgspec
import psutil

from autograder.course.bank import bank, solution_cells
from autograder.grading import Grader
from autograder.sandbox.inside.limits import MIB, Limits
from autograder.sandbox.proxy import submission_of
from autograder.sandbox.session import Session
from autograder.submission import Submission

from .contender import EXERCISE, ROOT

COUNT, EVERY, SAMPLES = 2000, 20, 20
CHECKS = (
    "pairs_of_hello",
    "forward_shapes",
    "initial_state",
    "pairs_of_other_words",
    "other_sizes",
)
"""Cheap ones: nothing is trained."""
LIMITS = Limits(
    cpu_seconds=1, load_seconds=8.0, check_seconds=8.0, memory_bytes=256 * MIB, file_bytes=4 * MIB
)
FREE, EACH = 2 * MIB, 1024
"""What memory may grow by, once and for each submission: less than a leaked message or process. It
is looked at after the first quarter, when the largest of everything has been there."""

_PIECE = "def next_char_pairs(*_):\n    import ctypes, os, signal, socket, subprocess, time\n"
TROUBLE = {
    "exits": f"{_PIECE}    os._exit(0)",
    "segfaults": f"{_PIECE}    ctypes.string_at(0)",
    "raises": f"{_PIECE}    raise SystemExit('x' * 10**6)",
    "computes": f"{_PIECE}    while True: pass",
    "allocates": f"{_PIECE}    return ['x' * 10**6 for _ in range(10**6)]",
    "answers at length": f"{_PIECE}    return ['x' * 10**6] * 20",
    "prints": f"{_PIECE}    while True: print('x' * 10**5)",
    "forks": f"{_PIECE}    while True: os.fork() or os.setsid() or time.sleep(99)",
    "fills the folder": f"{_PIECE}    for n in range(99): open(str(n), 'wb').write(bytes(2**21))",
    "leaves daemons": f"{_PIECE}    for _ in range(5): os.fork() or os.setsid() or time.sleep(99)",
    "writes on its socket": f"{_PIECE}    for fd in range(3, 99): os.write(fd, b'\\xff' * 99)",
    "kills its own": f"{_PIECE}    os.killpg(os.getppid(), signal.SIGKILL)",
    "never loads": "while True: pass",
}


class Sample(msgspec.Struct, frozen=True):
    """What there is after some submissions: bytes, descriptors, processes below ours."""

    after: int
    trusted: int
    trusted_pss: int
    zygote: int
    zygote_pss: int
    descriptors: int
    zygote_descriptors: int
    processes: int
    zygote_pid: int


def main() -> int:
    """Grade and watch; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=COUNT, metavar="N")
    count = parser.parse_args().count
    if count < 2 * SAMPLES:
        parser.error(f"N is at least {2 * SAMPLES}")
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        tempfile.tempdir = folder
        with Grader(LIMITS) as grader:
            began = time.monotonic()
            samples = _soak(grader, count)
            seconds = time.monotonic() - began
            left = _left_in_scratch(grader)
        shortfalls = list(_shortfalls(samples)) + left
        there = [name for name in os.listdir(folder) if not name.startswith("torchinductor_")]
        shortfalls += [f"{name} is left in the temporary folder" for name in there]  # not torch's
        shortfalls += [f"process {child.pid} is left" for child in psutil.Process().children(True)]
    print(f"isolation {grader.sandbox.isolation}; {60 * count / seconds:.0f} submissions a minute")
    for shortfall in shortfalls:
        print(f"soak: {shortfall}.")
    if not shortfalls:
        print("Memory is flat; no descriptor, process or file is left.")
    return 1 if shortfalls else 0


def _soak(grader: Grader, count: int) -> list[Sample]:
    """Grade `count` submissions, with a sample before the first and SAMPLES more on the way."""
    honest = Submission("honest", EXERCISE, solution_cells(ROOT, EXERCISE))
    hostile = _hostile(honest.cells)
    for submission in (honest, *hostile):  # so that what is imported late is there
        grader.grade(submission, only=CHECKS)
    print("submissions  trusted RSS  PSS  zygote RSS  PSS  descriptors  of zygote  processes")
    samples = [_sample(grader, 0)]
    for number in range(1, count + 1):
        is_hostile = number % EVERY == 0
        submission = hostile[number // EVERY % len(hostile)] if is_hostile else honest
        report = grader.grade(submission, only=CHECKS)
        if not is_hostile and report.score != report.max_score:
            raise RuntimeError(f"submission {number} got {report.score}: {report.reason}")
        if number * SAMPLES // count > (number - 1) * SAMPLES // count:
            samples.append(_sample(grader, number))
    return samples


def _hostile(cells: Sequence[str]) -> list[Submission]:
    made = [Submission(name, EXERCISE, [*cells, source]) for name, source in TROUBLE.items()]
    entries = [entry for entry in bank(ROOT, EXERCISE) if entry.name.startswith("hostile")]
    return made + [Submission(entry.name, EXERCISE, list(entry.cells)) for entry in entries]


def _sample(grader: Grader, after: int) -> Sample:
    """What there is, printed as a row."""
    gc.collect()
    assert grader.sandbox.pid is not None
    below = psutil.Process(grader.sandbox.pid)
    every = [below, *below.children(recursive=True)]
    zygote = next(process.pid for process in every if process.name().startswith("python"))
    sample = Sample(
        after, *_memory(os.getpid()), *_memory(zygote), _descriptors(os.getpid()),
        _descriptors(zygote), len(psutil.Process().children(recursive=True)), zygote,
    )  # fmt: skip
    print(
        f"{after:11}  {sample.trusted / MIB:11.1f}  {sample.trusted_pss / MIB:.1f}  "
        f"{sample.zygote / MIB:10.1f}  {sample.zygote_pss / MIB:.1f}  {sample.descriptors:11}  "
        f"{sample.zygote_descriptors:9}  {sample.processes:9}",
        flush=True,
    )
    return sample


def _memory(pid: int) -> tuple[int, int]:
    """RSS and PSS of a process in bytes; 0 for a PSS that the system does not let us read."""
    process = psutil.Process(pid)
    try:
        return process.memory_info().rss, process.memory_full_info().pss
    except (psutil.AccessDenied, AttributeError):
        return process.memory_info().rss, 0


def _descriptors(pid: int) -> int:
    """How many files a process has open; 0 where the system does not let us look."""
    try:
        return int(psutil.Process(pid).num_fds())
    except psutil.AccessDenied:
        return 0


def _shortfalls(samples: Sequence[Sample]) -> list[str]:
    """A sentence for whatever has grown between the first sample and the last."""
    first, last = samples[0], samples[-1]
    found = []
    later = samples[len(samples) // 4 :]
    places = [sample.after for sample in later]
    for what in ("trusted", "zygote"):
        sizes = [getattr(sample, what) for sample in later]
        slope, _ = statistics.linear_regression(places, sizes)
        told = (
            f"{getattr(first, what) / MIB:.1f} MiB at first, {sizes[0] / MIB:.1f} after a quarter"
        )
        print(f"{what}: {told}, {sizes[-1] / MIB:.1f} at last: {slope:+.0f} bytes a submission")
        if sizes[-1] - sizes[0] > FREE + EACH * (places[-1] - places[0]):
            found.append(f"memory of the {what} process is not flat")
    for what in ("descriptors", "zygote_descriptors", "processes"):
        if getattr(last, what) > getattr(first, what):
            found.append(f"{what}: {getattr(first, what)} at first, {getattr(last, what)} at last")
    if first.zygote_pid != last.zygote_pid:
        found.append("the sandbox was lost and replaced")
    return found


def _left_in_scratch(grader: Grader) -> list[str]:
    source = "import os\ndef f(): return os.listdir('.')"
    with Session(grader.sandbox, "exercise", [source]) as session, session.check() as channel:
        return [f"{name} is left in the scratch folder" for name in submission_of(channel).f()]


if __name__ == "__main__":
    sys.exit(main())
