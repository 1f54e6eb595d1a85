"""Is a grade always the same? The same submissions, many times, in any order, side by side."""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..graders import Graders, Task
from ..report import Report
from ..tables import one_line
from .bank import Entry, bank
from .progress import graded, print_shortfalls, table
from .validate import reference, submission_of, with_checks

if TYPE_CHECKING:
    from rich.console import Console

WORKERS = (1, 2)
SUBMISSIONS = 10
"""How many of the bank join the solution, about a third of them right."""


def repeat(root: Path, names: Sequence[str], times: int, out: "Console") -> bool:
    """Grade each submission `times` times by one worker and by two; whether no report differed.

    The order is shuffled, the same in every run.

    Raises:
        BankError, CheckError, SandboxError, OSError: something cannot be read or run.
    """
    shown = table("exercise", "workers", "gradings", "seconds", "differing")
    shortfalls = []
    for name in with_checks(names, out):
        submissions = [reference(root, name)]
        submissions += [submission_of(entry, name) for entry in spread(bank(root, name))]
        tasks = [Task(submission) for submission in submissions for _ in range(times)]
        random.Random(0).shuffle(tasks)
        known: dict[str, Report] = {}
        for workers in WORKERS:
            began = time.monotonic()
            with Graders(workers) as graders:
                reports = graded(graders, tasks, f"Grading {name} by {workers}")
            seconds = time.monotonic() - began
            others = list(differing(reports, known))
            counts = (str(len(tasks)), f"{seconds:.0f}", str(len(others)))
            shown.add_row(name, str(workers), *counts)
            for which, what in dict(reversed(others)).items():
                count = sum(other == which for other, _ in others)
                told = f"expected one and the same report, got {count} others (one in {what})"
                shortfalls.append((name, f"{which}, graded by {workers}: {told}"))
    out.print(shown)
    return print_shortfalls(shortfalls, out)


def differing(
    reports: Sequence[tuple[Task, Report]], known: dict[str, Report]
) -> Iterator[tuple[str, str]]:
    """(submission, where) for each report unlike the first on the same submission in `known`."""
    for task, report in reports:
        name, mine = task.submission.name, timeless(report)
        first = known.setdefault(name, mine)
        if mine != first:
            yield name, difference(mine, first)


def spread(entries: Sequence[Entry]) -> list[Entry]:
    """Ten of the bank, or all if there are fewer: four right ones, the others wrong."""
    right = [entry for entry in entries if not entry.loses]
    wrong = [entry for entry in entries if entry.loses]
    few = right[: max(4, SUBMISSIONS - len(wrong))]
    return [*few, *wrong[: SUBMISSIONS - len(few)]]


def timeless(report: Report) -> Report:
    """A report without the times, which are all that may differ between two gradings."""
    checks = [msgspec.structs.replace(check, seconds=0.0) for check in report.checks]
    return msgspec.structs.replace(report, seconds=0.0, checks=checks)


def difference(report: Report, other: Report) -> str:
    """Where two reports on one submission differ first: a check and both its messages."""
    for mine, first in zip(report.checks, other.checks, strict=True):
        if mine != first:
            return f"{mine.id}: {one_line(mine.message)!r} after {one_line(first.message)!r}"
    return "what is said of the whole"
