"""What an author asks of an exercise: does it hold what its solution, stub and bank promise?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .. import checks
from ..checks import CheckInfo
from ..graders import Graders, Task
from ..report import CheckResult, Report, points_text
from ..submission import Submission, script_cells
from ..tables import one_line
from .bank import Entry, bank, solution_cells
from .build import BuildError, stale
from .leaks import leaks
from .progress import graded, print_shortfalls, table

if TYPE_CHECKING:
    from rich.console import Console

POINTS = 10
LEAST_RIGHT, LEAST_WRONG = 10, 20
"""How many right and wrong submissions it takes to trust the checks of an exercise."""
TITLE_LENGTH = 90

REFERENCE, STUB = "solution", "stub"


@dataclass
class Finding:
    """What is known of one exercise; `shortfalls` are sentences, and none means it is well made."""

    exercise: str
    infos: list[CheckInfo]
    bank: list[Entry]
    shortfalls: list[str] = field(default_factory=list)

    @property
    def right(self) -> int:
        """How many entries of the bank must lose nothing."""
        return sum(not entry.loses for entry in self.bank)


def validate(root: Path, names: Sequence[str], jobs: int, out: "Console") -> bool:
    """Look at every exercise in `names`, print a table and what falls short; whether nothing did.

    Raises:
        BankError, CheckError, SandboxError, OSError: something cannot be read or run.
    """
    findings = [inspect(root, name) for name in names]
    tasks = [task for finding in findings for task in _tasks(root, finding)]
    with Graders(jobs) as graders:
        reports = graded(graders, tasks, "Grading")
    for finding in findings:
        mine = {task.submission.name: r for task, r in reports if r.exercise == finding.exercise}
        finding.shortfalls += judge(finding, mine)
    _print(findings, out)
    return print_shortfalls([(f.exercise, text) for f in findings for text in f.shortfalls], out)


def inspect(root: Path, exercise: str) -> Finding:
    """What can be said of an exercise without grading anything."""
    finding = Finding(exercise, checks.catalogue(exercise), bank(root, exercise))
    say = finding.shortfalls.append
    try:
        for path in stale(root, [exercise]):
            say(f"{path} is out of date: run `autograder build`")
    except BuildError as error:
        say(str(error))
    for path, line in leaks(root, exercise):
        say(f"{path}: expected nothing of the solution or the hidden checks, got {line!r}")
    if finding.infos:
        finding.shortfalls += [*_faults_of_checks(finding.infos), *_counts(finding)]
    return finding


def reference(root: Path, exercise: str) -> Submission:
    """The solution as someone would hand it in."""
    return Submission(REFERENCE, exercise, solution_cells(root, exercise))


def with_checks(names: Sequence[str], out: "Console") -> list[str]:
    """Those of the exercises that have checks; of the others a line says that they have none."""
    known = checks.exercises()
    for name in names:
        if name not in known:
            out.print(f"{name} is graded by hand: there is no check to run.", highlight=False)
    return [name for name in names if name in known]


def submission_of(entry: Entry, exercise: str) -> Submission:
    """An entry of the bank as it is handed in."""
    return Submission(entry.name, exercise, list(entry.cells))


def _tasks(root: Path, finding: Finding) -> Iterator[Task]:
    """Everything to be graded for one exercise; nothing where no checks are."""
    name = finding.exercise
    if not finding.infos:
        return
    yield Task(reference(root, name))
    stub = root / "exercises" / f"{name}.py"
    if stub.is_file():
        yield Task(Submission(STUB, name, script_cells(stub.read_bytes())))
    for entry in finding.bank:
        yield Task(submission_of(entry, name))


def _faults_of_checks(infos: list[CheckInfo]) -> Iterator[str]:
    total = sum(info.points for info in infos if not info.extra)
    if abs(total - POINTS) > 1e-6:
        yield f"expected checks worth {POINTS} points in all, got {points_text(total)}"
    for kind in ("id", "title"):
        values = [getattr(info, kind) for info in infos]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"expected another {kind} for each check, got {value!r} more than once"
    for info in infos:
        if not info.hint.strip():
            yield f"check {info.id}: expected a hint, got none"
        if len(info.title) >= TITLE_LENGTH:
            yield f"check {info.id}: expected a title below {TITLE_LENGTH} characters, got more"


def _counts(finding: Finding) -> Iterator[str]:
    folder = f"tests/bank/{finding.exercise}"
    if not finding.bank:
        yield f"there is no submission in {folder}: add right and wrong ones"
        return
    wrong = len(finding.bank) - finding.right
    for kind, count, least in (
        ("right", finding.right, LEAST_RIGHT),
        ("wrong", wrong, LEAST_WRONG),
    ):
        if count < least:
            yield f"{folder}: expected at least {least} {kind} submissions, got {count}"


def judge(finding: Finding, reports: dict[str, Report]) -> Iterator[str]:
    """What falls short in the reports on the solution, the stub and the bank, by their names."""
    known = {info.id for info in finding.infos}
    if REFERENCE in reports:
        yield from faults_of(reports[REFERENCE], (), "the solution")
    if STUB in reports:
        yield from _faults_of_stub(reports[STUB])
    for entry in finding.bank:
        if entry.name not in reports:
            continue
        where = f"tests/bank/{finding.exercise}/{entry.name}.py"
        for name in entry.loses:
            if name not in known:
                yield f"{where}: expected the name of a check after Loses, got {name!r}"
        yield from faults_of(reports[entry.name], entry.loses, where)


def faults_of(report: Report, loses: Sequence[str], where: str) -> Iterator[str]:
    """Where a report differs from what a submission should lose."""
    lost = {check.id: check for check in report.checks if check.status != "passed"}
    if set(lost) != set(loses):
        reasons = [f"{name}: {_reason(check)}" for name, check in lost.items() if name not in loses]
        told = f" ({'; '.join(reasons)})" if reasons else ""
        yield f"{where}: expected to lose {_listed(loses)}, got {_listed(lost)} lost{told}"
    for name, check in lost.items():
        if not check.message.strip():
            yield f"{where}: expected a message with the lost check {name}, got none"


def _faults_of_stub(report: Report) -> Iterator[str]:
    if report.score:
        yield f"the stub: expected 0 points, got {points_text(report.score)}"
    for check in report.checks:
        if check.status != "not_attempted":
            word = f"{check.status} {_reason(check)}".strip()
            yield f"the stub: expected {check.id} to be not attempted, got {word}"


def _reason(check: CheckResult) -> str:
    return one_line(check.message).partition(" Likely cause")[0].rstrip(".")


def _listed(names: Sequence[str] | dict[str, CheckResult]) -> str:
    return ", ".join(names) or "nothing"


def _print(findings: Sequence[Finding], out: "Console") -> None:
    shown = table("exercise", "points", "checks", "right", "wrong", "")
    for finding in findings:
        sign = "[red]✗[/red]" if finding.shortfalls else "[green]✓[/green]"
        checked = str(len(finding.infos)) if finding.infos else "graded by hand"
        counts = (str(finding.right), str(len(finding.bank) - finding.right))
        right, wrong = counts if finding.infos else ("-", "-")
        points = _points(finding.infos)
        shown.add_row(finding.exercise, points, checked, right, wrong, sign)
    out.print(shown)


def _points(infos: Sequence[CheckInfo]) -> str:
    """Points in all and by group: "10: shapes 4, detachment 3, accuracy 3"."""
    if not infos:
        return "-"
    groups: dict[str, float] = {}
    for info in infos:
        name = f"{info.group} (extra)" if info.extra else info.group
        groups[name] = groups.get(name, 0.0) + info.points
    total = points_text(sum(info.points for info in infos if not info.extra))
    return f"{total}: " + ", ".join(f"{name} {points_text(p)}" for name, p in groups.items())
