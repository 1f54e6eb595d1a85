"""Grades a notebook in the sandbox, in nbgrader's autograding step."""

import atexit
import contextlib
import math
from logging import Logger
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import msgspec
import nbformat
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Dict, Enum, TraitError, Unicode, validate

from autograder import checks
from autograder.nbgrader_plugin.reading import problem_of
from autograder.nbgrader_plugin.verdicts import to_metadata
from autograder.report import CheckResult, Report, points_text, write_report
from autograder.sandbox.inside.limits import Limits
from autograder.sandbox.walls import Isolation, why_weaker
from autograder.submission import Submission, code_cells, too_large
from autograder.tables import graded_html, graded_text, one_line

if TYPE_CHECKING:
    from autograder.grading import Grader
    from autograder.remembered import Remembered

_at_exit = contextlib.ExitStack()
atexit.register(_at_exit.close)


class Settings(msgspec.Struct, frozen=True):
    """What a course has configured: `limits`, `isolation` (None: the strongest there is), the file
    with earlier results and the folder for reports, None where there are to be none."""

    limits: Limits
    isolation: Isolation | None
    memory: Path | None
    reports: Path | None


_graders: dict[Settings, "Grader"] = {}
"""Of this process: one sandbox serves all notebooks."""


class GradeInSandbox(NbGraderPreprocessor):  # type: ignore[misc,unused-ignore]
    """Grades with the kit's checks, in the place where nbgrader would run the notebook.

    Each grade cell gets two outputs: the table of its group's checks and, as nbgrader reads it, the
    points as a plain number. All other cells are left as they are.
    """

    limits = Dict(
        help="Limits of a submission that differ from the kit's, such as {'cpu_seconds': 2}."
    ).tag(config=True)
    isolation = Enum(
        ["namespace", "user", "process"],
        default_value=None,
        allow_none=True,
        help="What submissions are kept in; by default the strongest that this machine allows.",
    ).tag(config=True)

    memory = Unicode(
        ".remembered.sqlite",
        help="File in the course's folder with the results of earlier gradings; '' for none.",
    ).tag(config=True)

    reports = Unicode(
        "reports",
        help="Folder in the course's with a report on each submission, by assignment; '' for none.",
    ).tag(config=True)

    @validate("limits")  # type: ignore[untyped-decorator,unused-ignore]
    def _valid_limits(self, proposal: Any) -> Any:
        try:
            msgspec.convert(proposal["value"], Limits)
        except msgspec.ValidationError as error:
            raise TraitError(f"c.GradeInSandbox.limits: correct it, {error}") from None
        return proposal["value"]

    def settings(self, course: str) -> "Settings":
        """What is configured for the course in that folder."""
        return Settings(
            limits=msgspec.convert(self.limits, Limits),
            isolation=cast("Isolation | None", self.isolation),
            memory=Path(course, self.memory) if self.memory else None,
            reports=Path(course, self.reports) if self.reports else None,
        )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` with the verdicts in its grade cells, and `resources` as given.

        Raises SandboxError if there is no sandbox, so that no grade is recorded.
        """
        graded = [c for c in nb.cells if utils.is_grade(c) and c.cell_type == "code"]
        graded = [cell for cell in graded if not utils.is_solution(cell)]
        if not graded:
            return nb, resources
        where = resources["nbgrader"]
        exercise = exercise_of(where["notebook"], where["assignment"])
        if exercise is None:
            known = ", ".join(checks.exercises())
            problem = f"There are no checks for {where['notebook']!r}, only for {known}."
            self.log.error("%s Its grade cells get 0 points.", problem)
            report = None
        else:
            report = self._report(nb, where, exercise)
            problem = report.problem
        for cell in graded:
            self._write(cell, report, problem)
        resources["extra_credit"] = _extra_credit(report)
        resources["report"] = report
        return nb, resources

    def _report(self, nb: Any, where: dict[str, str], exercise: str) -> Report:
        settings = self.settings(CourseDirectory(parent=self).root)
        grader = _grader(settings, self.log)
        name = f"{where['student']}/{where['notebook']}.ipynb"
        cells = code_cells(nb.cells)
        limits = settings.limits
        problem = problem_of(nb) or too_large(cells, limits.submission_bytes, limits.cells)
        if problem:
            report = grader.unread(name, exercise, problem)
        else:
            report = grader.grade(Submission(name, exercise, cells))
        if settings.reports is not None:
            folder = settings.reports / where["assignment"]
            folder.mkdir(parents=True, exist_ok=True)
            write_report(report, folder)
        score = f"{points_text(report.score)} of {points_text(report.max_score)}"
        self.log.info("%s", one_line(f"{name}: {score} points. {report.reason}".strip()))
        return report

    def _write(self, cell: Any, report: Report | None, problem: str) -> None:
        """Put the verdicts on one grade cell's group into it."""
        group, most = cell.metadata.nbgrader["grade_id"], float(cell.metadata.nbgrader["points"])
        results = [r for r in report.checks if r.group == group] if report else []
        if report and not results:
            problem = f"There are no checks of a group {group!r}."
            self.log.error("%s The cell gets 0 points.", problem)
        worth = _sum(result.max_points for result in results if not result.extra)
        if results and worth != most:
            self.log.warning(
                "The checks of %r are worth %s points, its cell %s: run `autograder build` and "
                "`nbgrader generate_assignment` again", group, points_text(worth), points_text(most)
            )  # fmt: skip
        points = min(max(_sum(result.points for result in results), 0.0), most)
        extra = _sum(result.points for result in results if result.extra)
        cell.outputs = _outputs(results, problem, points, most, extra)
        cell.execution_count = None


def exercise_of(notebook: str, assignment: str) -> str | None:
    """The exercise with checks that a notebook attempts, by its name or its assignment's."""
    return next((name for name in (notebook, assignment) if name in checks.exercises()), None)


def adopt(grader: "Grader", settings: Settings) -> None:
    """Let this process grade with `grader` where `settings` are configured."""
    _graders[settings] = grader


def _grader(settings: Settings, log: Logger) -> "Grader":
    """The grader of this process, started when it is needed and ended at exit.

    `log` hears of it: traitlets' own is that of whichever application came first.
    """
    if settings not in _graders:
        from autograder.grading import Grader  # loads torch

        known = remembered(settings, log)
        grader = _at_exit.enter_context(Grader(settings.limits, settings.isolation, known))
        if grader.sandbox.isolation != "namespace":
            log.warning("Weaker isolation (%s): %s", grader.sandbox.isolation, why_weaker())
        _graders[settings] = grader
    return _graders[settings]


def remembered(settings: Settings, log: Logger) -> "Remembered | None":
    """The results of earlier gradings; None, with a warning, if they cannot be used."""
    from autograder.remembered import Remembered, RememberedError  # loads torch

    try:
        return Remembered(settings.memory) if settings.memory else None
    except RememberedError as error:
        log.warning("%s Everything is graded anew.", error)
        return None


def _extra_credit(report: Report | None) -> dict[str, float]:
    """What was earned in each group of extra credit."""
    earned: dict[str, float] = {}
    for result in report.checks if report else ():
        if result.extra:
            earned[result.group] = _sum([earned.get(result.group, 0.0), result.points])
    return earned


def _sum(points: Any) -> float:
    return round(math.fsum(points), 6)


def _outputs(
    results: list[CheckResult], problem: str, points: float, most: float, extra: float
) -> list[Any]:
    """A grade cell's outputs: nbgrader takes its score from the one that is a result."""
    table = {
        "text/html": graded_html(results, problem),
        "text/plain": graded_text(results, problem),
    }
    shown = f"<p>Recorded: {points_text(points)} of {points_text(most)} points</p>"
    if any(result.extra for result in results):
        shown = f"<p>Recorded: {points_text(extra)} points of extra credit</p>"
    return [
        nbformat.v4.new_output("display_data", table, metadata=to_metadata(results, problem)),
        nbformat.v4.new_output("execute_result", {"text/plain": repr(points), "text/html": shown}),
    ]
