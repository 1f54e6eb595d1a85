"""What `autograder class` does: grade what a class handed in, in parallel, into the gradebook."""

import functools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from .. import checks
from ..graders import Graders
from ..grading import Grader
from ..nbgrader_plugin import grade as plugin
from ..nbgrader_plugin.course import Course, CourseError, HandedIn
from ..nbgrader_plugin.gradebook import GradebookError
from ..remembered import Remembered, fingerprints_of
from ..report import Report, read_report, report_file, write_report
from ..sandbox.walls import best_isolation, why_weaker
from ..tables import class_table, one_line
from .finding import NothingToGrade

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["CourseError", "GradebookError", "grade_class"]

NAMES = 5
"""Of students, in one line of notes."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one submission.

    `problem` says why it was not recorded, "" if it was; `reports` are those on its notebooks that
    have checks; `anew` is False where it was recorded before.
    """

    handed_in: HandedIn
    reports: list[Report]
    problem: str = ""
    anew: bool = True


class _Task(msgspec.Struct, frozen=True):
    """A submission to grade, for a worker."""

    root: Path
    assignment: str
    student: str


def grade_class(root: Path, assignment: str, jobs: int, out: "Console") -> bool:
    """Grade and record all of submitted/, and print a row for each student; whether all went well.

    Raises NothingToGrade, CourseError, GradebookError, SandboxError, RememberedError, OSError. An
    interrupt shows what is finished, all of which is recorded, then goes on to the caller.
    """
    course = _course(root, assignment)
    found = course.handed_in()
    if not found:
        raise NothingToGrade(
            f"Nobody has handed in {assignment}: put notebooks into submitted/<student>/"
            f"{assignment}/, or run `nbgrader collect` or `nbgrader zip_collect`."
        )
    outcomes: list[Outcome] = []
    try:
        _collect(_outcomes(root, course, found, jobs), outcomes, len(found))
    finally:
        outcomes.sort(key=lambda outcome: outcome.handed_in.student)
        _print(outcomes, course, len(found), out)
    return not any(outcome.problem for outcome in outcomes)


@functools.cache
def _course(root: Path, assignment: str) -> Course:
    """One for this process; workers, which are forked from it, find it made."""
    return Course(root, assignment)


def _outcomes(
    root: Path, course: Course, found: Sequence[HandedIn], jobs: int
) -> Iterator[Outcome]:
    """What becomes of each, as soon as it is known."""
    settings, name = course.settings, course.assignment
    memory = Remembered(settings.memory) if settings.memory else None
    digests = course.digests(_conditions(course))
    before = memory.recorded(name) if memory else {}
    unchanged = {s for s in course.recorded() if s in digests and digests[s] == before.get(s)}
    waiting: dict[str, HandedIn] = {}
    for item in found:
        if item.problem:
            yield Outcome(item, _not_graded(course, item.student, item.problem), item.problem)
        elif item.student in unchanged and (reports := _earlier(course, item.student)) is not None:
            yield Outcome(item, reports, anew=False)
        else:
            waiting[item.student] = item
    if not waiting:
        return
    tasks = [_Task(root, name, student) for student in waiting]
    conditions = (settings.limits, settings.isolation, memory)
    with Graders(min(jobs, len(tasks)), *conditions) as graders:
        for task, (reports, problem) in graders.run(_record, tasks):
            if problem:
                reports = _not_graded(course, task.student, problem)
            elif memory:
                memory.keep_recorded(name, task.student, digests[task.student])
            yield Outcome(waiting[task.student], reports, problem)


def _record(grader: Grader, task: _Task) -> tuple[list[Report], str]:
    """What a worker does: the reports on a submission that is recorded, or why it is not."""
    course = _course(task.root, task.assignment)
    plugin.adopt(grader, course.settings)
    try:
        return course.autograde(task.student), ""
    except CourseError as error:
        return [], str(error)


def _conditions(course: Course) -> object:
    """What else the grades depend on: checks, grader, versions, limits, isolation."""
    settings = course.settings
    wall = settings.isolation or best_isolation()
    return [fingerprints_of(name, settings.limits, wall) for name in course.exercises.values()]


def _earlier(course: Course, student: str) -> list[Report] | None:
    """The reports of the last time; None if one is missing."""
    folder = course.reports
    if folder is None:
        return None
    try:
        files = [report_file(folder, name) for name in course.submissions(student)]
        return [read_report(path) for path in files]
    except (OSError, msgspec.MsgspecError):
        return None


def _not_graded(course: Course, student: str, problem: str) -> list[Report]:
    """Reports that say why there is none, also in place of what an earlier try has left."""
    reports = []
    for name, exercise in course.submissions(student).items():
        most = sum(group["total"] for group in checks.group_totals(exercise).values())
        reports.append(Report(
            submission=name, exercise=exercise, score=0.0, max_score=most,
            isolation=course.settings.isolation or best_isolation(), versions={}, seconds=0.0,
            problem=f"not recorded: {problem}", checks=[],
        ))  # fmt: skip
    if course.reports is not None:
        course.reports.mkdir(parents=True, exist_ok=True)
        for report in reports:
            write_report(report, course.reports)
    return reports


def _collect(outcomes: Iterator[Outcome], into: list[Outcome], total: int) -> None:
    """Append each to `into`; a bar on stderr counts them where that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )  # fmt: skip

    console = Console(stderr=True)
    if best_isolation() != "namespace":
        notice = f"[yellow]Weaker isolation ({best_isolation()}):[/yellow] {why_weaker()}"
        console.print(notice, soft_wrap=True)
    columns = (
        TextColumn("Grading"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[failed]} failed,"), TimeElapsedColumn(), TextColumn("+"),
        TimeRemainingColumn(), TextColumn("left"),
    )  # fmt: skip
    # No refreshing thread: workers are forked from this process.
    with Progress(
        *columns, console=console, transient=True, auto_refresh=False,
        disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=total, failed=0)
        for outcome in outcomes:
            into.append(outcome)
            failed = sum(bool(one.problem) for one in into)
            bar.update(task, advance=1, failed=failed, refresh=True)


def _print(outcomes: Sequence[Outcome], course: Course, expected: int, out: "Console") -> None:
    """The rows, then what there is to know of the whole."""
    rows = [report for outcome in outcomes for report in outcome.reports]
    if rows:
        out.print(class_table(rows))
    elif failed := [o for o in outcomes if o.problem]:
        for outcome in failed:
            out.print(f"{one_line(outcome.handed_in.student)}: {outcome.problem}", markup=False)
    notes: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.handed_in.note:
            notes[outcome.handed_in.note].append(one_line(outcome.handed_in.student))
    for note, names in notes.items():
        shown = ", ".join(names[:NAMES]) + (", ..." if len(names) > NAMES else "")
        out.print(f"{shown}: {note}", markup=False, highlight=False, soft_wrap=True)
    anew = sum(outcome.anew and not outcome.problem for outcome in outcomes)
    failed_count = sum(bool(outcome.problem) for outcome in outcomes)
    parts = [f"{anew} graded and recorded"]
    unchanged = len(outcomes) - anew - failed_count
    parts += [f"{unchanged} unchanged"] if unchanged else []
    parts += [f"{failed_count} not recorded"] if failed_count else []
    stopped = f"Stopped: {len(outcomes)} of {expected} are done. " * (len(outcomes) < expected)
    out.print(f"{stopped}{', '.join(parts)}.", highlight=False)
    if waiting := course.left_to_people():
        out.print(f"{waiting} wait to be graded by hand: run `jupyter lab`, Nbgrader, Formgrader.")
