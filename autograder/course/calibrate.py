"""How far chance decides: the solution and the closest wrong models, graded with many seeds.

A threshold is well placed if the solution is on its right side with every seed, and whatever is
wrong but comes closest to it is on the other side with every seed.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..graders import Graders, Task
from ..report import CheckResult, Measured, Report
from ..tables import one_line
from .bank import Entry, bank
from .progress import graded, print_shortfalls, table
from .validate import reference, submission_of, with_checks

if TYPE_CHECKING:
    from rich.console import Console

ACCURACY = "accuracy"
EXAMPLES = 2
"""How many wrong submissions stand against a check of accuracy that measures nothing."""

Results = list[tuple[int, CheckResult]]
"""The verdicts on one check, each with its seed."""


@dataclass(frozen=True)
class Exercise:
    """One exercise under calibration: the solution's reports, and its bank's with seed 0."""

    name: str
    entries: dict[str, Entry]
    solution: dict[int, Report]
    others: dict[str, Report]


@dataclass(frozen=True)
class Rival:
    """A wrong submission and the check it must fail; `index` is that of the threshold it misses."""

    exercise: str
    check: str
    entry: str
    index: int | None


def calibrate(root: Path, names: Sequence[str], seeds: int, jobs: int, out: "Console") -> bool:
    """Grade with seeds 0 to `seeds` - 1, print every threshold; whether all of it held.

    Raises:
        BankError, CheckError, SandboxError, OSError: something cannot be read or run.
    """
    names = with_checks(names, out)
    banks = {name: {entry.name: entry for entry in bank(root, name)} for name in names}
    tasks = [Task(reference(root, name), seed) for name in names for seed in range(seeds)]
    # A wrong submission is asked only about the checks that it should fail.
    tasks += [
        Task(submission_of(entry, name), 0, entry.loses)
        for name, entries in banks.items()
        for entry in entries.values()
        if entry.loses
    ]
    with Graders(jobs) as graders:
        first = graded(graders, tasks, "Grading the solution")
        exercises = [_exercise(name, banks[name], first, root) for name in names]
        rivals = [rival for exercise in exercises for rival in closest(exercise)]
        again = {rival: _tasks(rival, banks, seeds) for rival in rivals}
        tasks = [task for tasks in again.values() for task in tasks]
        reports = graded(graders, tasks, "Grading the closest wrong models")
    found = {id(task): report for task, report in reports}
    against = {
        rival: [(task.seed, _result(found[id(task)], rival.check)) for task in tasks]
        for rival, tasks in again.items()
    }
    shortfalls = []
    for exercise in exercises:
        mine = {rival: r for rival, r in against.items() if rival.exercise == exercise.name}
        _print(exercise, mine, seeds, out)
        shortfalls += [(exercise.name, text) for text in _shortfalls(exercise, mine, seeds)]
    return print_shortfalls(shortfalls, out)


def closest(exercise: Exercise) -> Iterator[Rival]:
    """For each check that chance might decide, the wrong submissions that come closest to it.

    Of a check with a threshold it is the one that misses it by least with seed 0; one that crashes
    or is not written measures nothing and does not count. Of the other checks of accuracy, where
    there is no measure, it is those that lose the fewest checks.
    """
    for check in sorted(_at_stake(exercise)):
        against = [
            (entry, _result(exercise.others[name], check))
            for name, entry in exercise.entries.items()
            if check in entry.loses
        ]
        failed = [(entry, result) for entry, result in against if result.status == "failed"]
        if check in _thresholds(exercise):
            missed = [
                (-measured.margin, entry.name, index)
                for entry, result in failed
                for index, measured in enumerate(result.measured)
                if measured.margin < 0
            ]
            for _, name, index in sorted(missed)[:1]:
                yield Rival(exercise.name, check, name, index)
        else:
            fewest = sorted((len(entry.loses), entry.name) for entry, _ in failed)
            for _, name in fewest[:EXAMPLES]:
                yield Rival(exercise.name, check, name, None)


def _exercise(
    name: str, entries: dict[str, Entry], graded: Sequence[tuple[Task, Report]], root: Path
) -> Exercise:
    mine = [(task, r) for task, r in graded if r.exercise == name]
    solved = reference(root, name).name
    return Exercise(
        name,
        entries,
        {task.seed: r for task, r in mine if task.submission.name == solved},
        {task.submission.name: r for task, r in mine if task.submission.name != solved},
    )


def _tasks(rival: Rival, banks: dict[str, dict[str, Entry]], seeds: int) -> list[Task]:
    submission = submission_of(banks[rival.exercise][rival.entry], rival.exercise)
    return [Task(submission, seed, (rival.check,)) for seed in range(seeds)]


def _at_stake(exercise: Exercise) -> set[str]:
    """The checks of accuracy and whatever else has a threshold."""
    checks = exercise.solution[0].checks
    return {c.id for c in checks if c.group == ACCURACY} | set(_thresholds(exercise))


def _thresholds(exercise: Exercise) -> dict[str, list[list[Measured]]]:
    """For each check with thresholds: for each of those, what was measured with all seeds."""
    found: dict[str, list[list[Measured]]] = {}
    for report in exercise.solution.values():
        for check in report.checks:
            if check.measured:
                lists = found.setdefault(check.id, [])
                lists += [[] for _ in range(len(check.measured) - len(lists))]
                for measurements, measured in zip(lists, check.measured, strict=False):
                    measurements.append(measured)
    return found


def _result(report: Report, check: str) -> CheckResult:
    return next(result for result in report.checks if result.id == check)


def _shortfalls(exercise: Exercise, against: dict[Rival, Results], seeds: int) -> Iterator[str]:
    for check in [result.id for result in exercise.solution[0].checks]:
        results = [(seed, _result(r, check)) for seed, r in exercise.solution.items()]
        lost = [(seed, result) for seed, result in results if result.status != "passed"]
        if lost:
            told = f"passes with {seeds - len(lost)} (seed {lost[0][0]}: {lost[0][1].message})"
            yield f"the solution: expected {check} to pass with {seeds} seeds, {one_line(told)}"
    met = {rival.check for rival in against}
    for check in sorted(_at_stake(exercise) - met):
        kind = "a measured value" if check in _thresholds(exercise) else "an answer"
        yield f"{check}: expected a wrong submission that fails it with {kind}, got none"
    for rival, results in against.items():
        passed = [str(seed) for seed, result in results if result.status == "passed"]
        if passed:
            which = f"passes with {len(passed)} (seed {', '.join(passed[:5])})"
            yield f"{rival.entry}: expected to fail {rival.check} with {seeds} seeds, {which}"


def _print(exercise: Exercise, against: dict[Rival, Results], seeds: int, out: "Console") -> None:
    shown = table("check", "what", "threshold", "solution: worst, median", "least margin", "passes",
                  "closest wrong", "its best", "fails")  # fmt: skip
    thresholds = _thresholds(exercise)
    checks = [result.id for result in exercise.solution[0].checks]
    others = [check for check in checks if check not in _at_stake(exercise)]
    for check in [check for check in checks if check not in others]:
        rivals = [rival for rival in against if rival.check == check]
        passes = _passes(exercise, [check], seeds)
        for index, measurements in enumerate(thresholds.get(check, [])):
            rival = next((rival for rival in rivals if rival.index == index), None)
            shown.add_row(check, *_measured_cells(measurements), passes,
                          *_rival_cells(rival, against, seeds))  # fmt: skip
        if check not in thresholds:
            beside: list[Rival | None] = [*rivals] or [None]
            for rival in beside:
                shown.add_row(check, "-", "-", "-", "-", passes,
                              *_rival_cells(rival, against, seeds))  # fmt: skip
    if others:
        word = f"{len(others)} others" if len(others) > 1 else others[0]
        shown.add_row(word, "-", "-", "-", "-", _passes(exercise, others, seeds), "-", "-", "-")
    out.print(f"{exercise.name}: {seeds} seeds", style="bold", highlight=False)
    out.print(shown)


def _passes(exercise: Exercise, checks: Sequence[str], seeds: int) -> str:
    passed = sum(
        all(_result(report, check).status == "passed" for check in checks)
        for report in exercise.solution.values()
    )
    return f"{passed} of {seeds}"


def _measured_cells(measurements: Sequence[Measured]) -> list[str]:
    """What was measured, its threshold (or their range), worst and median value, least margin."""
    first = measurements[0]
    values = [measured.value for measured in measurements]
    worst = min(values) if first.at_least else max(values)
    bounds = sorted({measured.threshold for measured in measurements})
    bound = " to ".join(f"{value:.4g}" for value in dict.fromkeys([bounds[0], bounds[-1]]))
    sign = "≥" if first.at_least else "≤"
    margin = min(measured.margin for measured in measurements)
    middle = statistics.median(values)
    return [one_line(first.what), f"{sign} {bound}", f"{worst:.4g}, {middle:.4g}", f"{margin:.3g}"]


def _rival_cells(rival: Rival | None, against: dict[Rival, Results], seeds: int) -> list[str]:
    """The wrong submission, the value with which it comes closest, how often it fails."""
    if rival is None:
        return ["-", "-", "-"]
    results = [result for _, result in against[rival]]
    failed = sum(result.status != "passed" for result in results)
    index = rival.index
    measured = [r.measured[index] for r in results if index is not None and len(r.measured) > index]
    best = max(measured, key=lambda m: m.margin, default=None)
    return [rival.entry, "-" if best is None else f"{best.value:.4g}", f"{failed} of {seeds}"]
