"""Grades many submissions, on several processors; each result comes as soon as it is there."""

from collections.abc import Generator, Sequence

from ..graders import Graders
from ..grading import Grader
from ..remembered import Remembered
from ..report import Report
from ..sandbox.inside.limits import Limits
from ..sandbox.walls import Isolation
from .finding import Found


def grade_all(
    found: Sequence[Found],
    jobs: int,
    limits: Limits | None = None,
    isolation: Isolation | None = None,
    memory: Remembered | None = None,
) -> Generator[tuple[Found, Report, bool], None, None]:
    """Grade every submission, `jobs` at a time, and yield each with its report when it is done.

    What stands in `memory` is not graded again; the last of the three says whether it all did.

    Closing the iterator early, as an interrupt does, ends the workers and their sandboxes.
    """
    with Graders(min(jobs, len(found)), limits, isolation, memory) as graders:
        for item, (report, remembered) in graders.run(_grade, found):
            yield item, report, remembered


def _grade(grader: Grader, item: Found) -> tuple[Report, bool]:
    grader.remembered = False
    return grader.grade_file(item.path, item.exercise, item.name), grader.remembered
