"""`python -m bench.same_grade [--sample N]`: does a report depend on anything but the submission?

Every solution and every submission of the bank is graded in three ways, which differ in all that
should not matter: the number of workers, the order, what else the machine does, what the sandbox
has seen before, and the hash seed of the trusted process. Reports are compared without their times.
Exit status 1 if one differs; 2, with one sentence, if something could not be run.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

import msgspec

from autograder import checks
from autograder.course.bank import BankError, bank
from autograder.course.repeat import difference, timeless
from autograder.course.validate import reference, submission_of
from autograder.graders import Graders, Task, grade
from autograder.report import Report
from autograder.sandbox.walls import SandboxError
from autograder.submission import Submission

from .contender import ROOT

BEFORE = 1000
OTHER = Submission("other", "hello_rnn", ["def next_char_pairs(text, vocab):\n    return text"])
ONE_CHECK = ("pairs_of_hello",)


class Way(msgspec.Struct, frozen=True):
    """How to grade: by how many workers, with which hash seed, beside what, and after what."""

    workers: int
    hash_seed: int
    busy: bool
    others_first: bool


WAYS = (Way(1, 0, False, False), Way(2, 1, False, False), Way(1, 2026, True, True))


def main() -> int:
    """Grade in every way and compare; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.same_grade", description=__doc__)
    said = "take only N submissions of each exercise"
    parser.add_argument("--sample", type=int, default=0, metavar="N", help=said)
    said = f"submissions the sandbox has seen in one of the ways ({BEFORE})"
    parser.add_argument("--before", type=int, default=BEFORE, metavar="N", help=said)
    parser.add_argument("--way", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    try:
        if arguments.way is not None:
            for report in _graded(WAYS[arguments.way], arguments.sample, arguments.before):
                sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
            return 0
        return 0 if _all_same(arguments.sample, arguments.before) else 1
    except (BankError, SandboxError, OSError) as error:
        print(f"same_grade: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("same_grade: stopped", file=sys.stderr)
        return 130


def _all_same(sample: int, before: int) -> bool:
    """Whether every submission got one report; prints a line for each way and each difference."""
    print(
        "workers  hash seed  other core  seen before  submissions  seconds  differing", flush=True
    )
    known: dict[tuple[str, str], Report] = {}
    count = 0
    for number, way in enumerate(WAYS):
        began = time.monotonic()
        reports = list(_in_a_process(number, way, sample, before))
        told = list(_differing(reports, known))
        count += len(told)
        seconds = time.monotonic() - began
        print(
            f"{way.workers:7}  {way.hash_seed:9}  {'busy' if way.busy else 'free':>10}  "
            f"{before if way.others_first else 0:11}  {len(reports):11}  {seconds:7.0f}  "
            f"{len(told):9}",
            *told,
            sep="\n",
            flush=True,
        )
    return count == 0


def _differing(reports: Sequence[Report], known: dict[tuple[str, str], Report]) -> Iterator[str]:
    """A sentence for each report unlike the first one on the same submission, in `known`."""
    for report in reports:
        mine = timeless(report)
        first = known.setdefault((report.exercise, report.submission), mine)
        if mine != first:
            yield f"{report.exercise}/{report.submission}: {difference(mine, first)}"


def _in_a_process(number: int, way: Way, sample: int, before: int) -> Iterator[Report]:
    """The reports of one way, from a process whose hash seed is as it says."""
    command = [sys.executable, "-m", "bench.same_grade", f"--way={number}"]
    command += [f"--sample={sample}", f"--before={before}"]
    environment = {**os.environ, "PYTHONHASHSEED": str(way.hash_seed)}
    with tempfile.TemporaryFile() as written:
        done = subprocess.run(command, stdout=written, cwd=ROOT, env=environment, check=False)
        if done.returncode:
            raise SandboxError(f"Grading by {way.workers} ended with status {done.returncode}.")
        written.seek(0)
        for line in written:
            yield msgspec.json.decode(line, type=Report)


def _graded(way: Way, sample: int, before: int) -> Iterator[Report]:
    tasks = [task for exercise in checks.exercises() for task in _tasks(exercise, sample)]
    random.Random(way.hash_seed).shuffle(tasks)
    with contextlib.ExitStack() as stack:
        if way.busy:
            stack.enter_context(_busy())
        graders = stack.enter_context(Graders(way.workers))
        if way.others_first:
            for _ in graders.run(grade, [Task(OTHER, only=ONE_CHECK)] * before):
                pass
        for _, report in graders.run(grade, tasks):
            yield report


def _tasks(exercise: str, sample: int) -> Iterator[Task]:
    """The solution and the bank, or `sample` of the bank from beginning to end."""
    entries = bank(ROOT, exercise)
    if sample:
        entries = entries[:: -(-len(entries) // sample)]
    else:
        yield Task(reference(ROOT, exercise))
    for entry in entries:
        yield Task(submission_of(entry, exercise))


@contextlib.contextmanager
def _busy() -> Iterator[None]:
    """A process that always computes, beside what is in the with block."""
    with subprocess.Popen([sys.executable, "-c", "while True: sum(range(10**6))"]) as process:
        try:
            yield
        finally:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
