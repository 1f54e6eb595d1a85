"""Grades mutants in the sandbox, side by side, until each loses a check or has passed all."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.course.validate import reference
from autograder.graders import Graders
from autograder.grading import Grader
from autograder.sandbox.inside.limits import Limits
from autograder.submission import Submission

from .making import Mutant

LIMITS = Limits(cpu_seconds=6, load_seconds=12.0, check_seconds=12.0)
"""So that a loop without an end costs three seconds."""
QUICK = 0.05
"""Seconds below which a check is tried first."""


class SolutionFailsError(Exception):
    """The solution itself loses a check, so that nothing can be said of its mutants."""


class Question(msgspec.Struct, frozen=True):
    """A submission, and the ids of the checks to run, in rounds: the quick ones first."""

    submission: Submission
    rounds: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Verdict:
    """A mutant and the first check it loses; "" if it survives them all."""

    mutant: Mutant
    lost: str


def judge(root: Path, mutants: Sequence[Mutant], jobs: int) -> list[Verdict]:
    """The verdict on every mutant, in their order; a bar shows how far it is.

    Raises:
        SolutionFailsError: a solution does not pass its checks under these limits.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("Grading mutants"), BarColumn(), MofNCompleteColumn())
    with Graders(jobs, LIMITS) as graders:
        names = list(dict.fromkeys(mutant.exercise for mutant in mutants))
        asked = [Question(reference(root, name), ()) for name in names]
        rounds = {
            question.submission.exercise: result for question, result in graders.run(_rounds, asked)
        }
        numbers: dict[int, int] = {}
        questions = []
        for number, mutant in enumerate(mutants):
            questions.append(Question(mutant.submission, rounds[mutant.exercise]))
            numbers[id(questions[-1])] = number
        lost: dict[int, str] = {}
        shown = 0.0
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True,
                      auto_refresh=False, disable=not console.is_terminal) as bar:  # fmt: skip
            task = bar.add_task("", total=len(questions))
            for question, check in graders.run(_first_lost, questions):
                lost[numbers[id(question)]] = check
                bar.update(task, advance=1)
                if time.monotonic() - shown > 0.1:
                    bar.refresh()
                    shown = time.monotonic()
    return [Verdict(mutant, lost[number]) for number, mutant in enumerate(mutants)]


def _rounds(grader: Grader, question: Question) -> tuple[tuple[str, ...], ...]:
    """The checks of an exercise in rounds, from the times the solution takes."""
    report = grader.grade(question.submission)
    lost = [check.id for check in report.checks if check.status != "passed"]
    if lost:
        raise SolutionFailsError(f"{report.exercise}: the solution loses {', '.join(lost)}.")
    quick = tuple(check.id for check in report.checks if check.seconds < QUICK)
    slow = tuple(check.id for check in report.checks if check.seconds >= QUICK)
    return tuple(ids for ids in (quick, slow) if ids)


def _first_lost(grader: Grader, question: Question) -> str:
    for ids in question.rounds:
        for check in grader.grade(question.submission, only=ids).checks:
            if check.status != "passed":
                return check.id
    return ""
