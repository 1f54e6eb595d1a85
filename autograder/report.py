"""The result of grading one submission, and its written forms."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

Status = Literal["passed", "failed", "not_attempted", "timeout", "crashed"]
Met = Literal["", "limit", "forbidden"]


class Measured(msgspec.Struct, frozen=True):
    """A value of the submission and the threshold it was held against: a least or a most."""

    what: str
    value: float
    threshold: float
    at_least: bool

    @property
    def margin(self) -> float:
        """How far the value is on the right side of its threshold; negative on the wrong one."""
        return self.value - self.threshold if self.at_least else self.threshold - self.value


class CheckResult(msgspec.Struct, frozen=True):
    """One check's verdict. `points` is `max_points` if it passed, else 0; `seconds` wall time.

    `extra` marks extra credit, which is no part of an exercise's maximum. `shown` is text that
    the student's model has made, `measured` what was held against a threshold. `met` says what the
    code ran into, in this check or while it was loaded: a limit, something forbidden, or "".
    """

    id: str
    group: str
    title: str
    hidden: bool
    status: Status
    points: float
    max_points: float
    message: str
    hint: str
    seconds: float
    extra: bool = False
    shown: str = ""
    measured: list[Measured] = []
    met: Met = ""


class Report(msgspec.Struct, frozen=True):
    """The grade of one submission and where it comes from.

    `submission` is its name (a path as given); `problem` one sentence if it could not be read or
    loaded, "" otherwise; `isolation` what student code was kept in; `seconds` wall time in all.
    """

    submission: str
    exercise: str
    score: float
    max_score: float
    isolation: str
    versions: dict[str, str]
    seconds: float
    problem: str
    checks: list[CheckResult]

    @property
    def groups(self) -> dict[str, tuple[float, float]]:
        """Points and maximal points by group, in the order of the checks."""
        return group_points(self.checks)

    @property
    def reason(self) -> str:
        """One line on what cost points; "" where nothing did."""
        if self.problem:
            return self.problem
        lost = [check for check in self.checks if check.status != "passed" and not check.extra]
        if not lost:
            return ""
        if all(check.status == "not_attempted" for check in lost):
            whole = len(lost) == len(self.checks)
            return "not attempted" if whole else f"not attempted: {_names(lost)}"
        first = next(check for check in lost if check.status != "not_attempted")
        what = first.message.partition(" Likely cause")[0].replace("\n", " ").rstrip(".")
        more = f" (+{len(lost) - 1})" if len(lost) > 1 else ""
        return f"{what}{more}"


def _names(checks: Iterable[CheckResult]) -> str:
    return ", ".join(dict.fromkeys(check.message.split(" ")[0] for check in checks))


def group_points(checks: Iterable[CheckResult]) -> dict[str, tuple[float, float]]:
    """Points and maximal points by group, in the order of the checks."""
    groups: dict[str, tuple[float, float]] = {}
    for check in checks:
        points, most = groups.get(check.group, (0.0, 0.0))
        groups[check.group] = (points + check.points, most + check.max_points)
    return groups


def points_text(points: float) -> str:
    """Points as people write them: 2, 0.5, 1.25."""
    if not math.isfinite(points):
        raise ValueError(f"points must be a finite number, got {points}")
    return f"{points:.4f}".rstrip("0").rstrip(".")


def to_json(report: Report) -> bytes:
    """The report as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def report_file(folder: Path, submission: str) -> Path:
    """Where in `folder` the report on a submission of that name is kept."""
    name = submission.replace("%", "%25").replace("/", "%2F").lstrip(".")
    return folder / f"{name[-200:]}.json"


def write_report(report: Report, folder: Path) -> Path:
    """Write a report as JSON into `folder`, whole or not at all; its path. Raises OSError."""
    path = report_file(folder, report.submission)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(to_json(report))
    draft.replace(path)
    return path


def read_report(path: Path) -> Report:
    """The report in a file. Raises OSError, or msgspec.MsgspecError for what is none."""
    return msgspec.json.decode(path.read_bytes(), type=Report)
