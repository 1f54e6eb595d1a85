"""What a grade cell's output tells the feedback page: its verdicts as data, beside their table."""

from collections.abc import Sequence
from typing import Any

import msgspec

from autograder.report import CheckResult, Status
from autograder.tables import note_when_graded, printable

_KEY = "autograder"


class Verdict(msgspec.Struct, frozen=True):
    """One check as its student may see it: `note` is the reason, or only the hint if it is hidden.

    `extra` marks extra credit.
    """

    title: str
    status: Status
    points: float
    max_points: float
    note: str
    extra: bool


class Verdicts(msgspec.Struct, frozen=True):
    """A group of checks; `problem` says why nothing could be graded, "" if it could."""

    problem: str
    checks: list[Verdict]


def to_metadata(results: Sequence[CheckResult], problem: str) -> dict[str, Any]:
    """The metadata of an output that shows these results."""
    checks = [
        Verdict(r.title, r.status, r.points, r.max_points, printable(note), r.extra)
        for r in results
        for note in [note_when_graded(r, problem)]
    ]
    return {_KEY: msgspec.to_builtins(Verdicts(printable(problem), checks))}


def from_outputs(outputs: Sequence[Any]) -> Verdicts | None:
    """What a grade cell's outputs tell; None if they were made without the kit, or long ago."""
    for output in outputs:
        try:
            return msgspec.convert(output["metadata"][_KEY], Verdicts)
        except (KeyError, TypeError, msgspec.ValidationError):
            continue
    return None
