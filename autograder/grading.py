"""Grades one submission in the sandbox, from a process that executes none of its code."""

import contextlib
import platform
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import torch
from msgspec import structs

from . import checks
from .checks import runner
from .checks.fixtures import Opener
from .remembered import Remembered, fingerprints_of
from .report import CheckResult, Met, Report
from .sandbox.inside.limits import Limits
from .sandbox.inside.wire import Problem
from .sandbox.launcher import Sandbox
from .sandbox.proxy import Channel, Crashed, LimitReached
from .sandbox.session import Session
from .sandbox.walls import Isolation
from .submission import Submission, UnreadableSubmission, read
from .tables import printable

Progress = Callable[[CheckResult], None]
Graded = tuple[str, list[CheckResult]]
"""What was wrong with the whole, and the verdicts."""


class SandboxLost(Exception):
    """Something outside, such as a system out of memory, has ended the sandbox during a grading."""


class Grader:
    """Grades submissions one after another in one sandbox. A context manager.

    What stands in `memory` is not graded again, and what is graded goes there; `remembered` says
    whether all of the last report stood there. One intra-op thread: the trusted side computes
    expected values while the sandbox trains.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        isolation: Isolation | None = None,
        memory: Remembered | None = None,
    ) -> None:
        torch.set_num_threads(1)
        self.sandbox = Sandbox(limits, isolation)
        self.limits = self.sandbox.limits
        self._memory = memory
        self.remembered = False

    def __enter__(self) -> "Grader":
        if self._memory is None:
            self.sandbox.wait()
        return self

    def __exit__(self, *exc: object) -> None:
        self.sandbox.close()

    def grade_file(self, path: Path, exercise: str, name: str = "") -> Report:
        """The report on a .py or .ipynb. A file that cannot be read gets 0 and the reason."""
        name = name or path.name
        try:
            limits, groups = self.limits, checks.groups(exercise)
            submission = read(path, exercise, limits.submission_bytes, limits.cells, name, groups)
        except UnreadableSubmission as error:
            return self.unread(name, exercise, str(error))
        except OSError as error:
            return self.unread(name, exercise, f"the file cannot be read: {error.strerror}")
        return self.grade(submission)

    def grade(
        self,
        submission: Submission,
        progress: Progress | None = None,
        seed: int = 0,
        only: Collection[str] | None = None,
    ) -> Report:
        """The report on a submission: its cells run once, then each check gets a fork of that.

        `seed` shifts all seeds; grades are given with 0, other values show how far luck matters.
        `only` picks checks by their ids; None means all. Raises RememberedError.
        """
        began = time.monotonic()
        if self._memory is not None and seed == 0 and only is None:
            problem, results = self._remembering(self._memory, submission, progress)
        else:
            problem, results = self._run(submission, progress, seed, only)
        return self._report(submission.name, submission.exercise, problem, results, began)

    def _remembering(
        self, memory: Remembered, submission: Submission, progress: Progress | None
    ) -> Graded:
        """Run only the checks that `memory` knows nothing of."""
        conditions = (self.limits, self.sandbox.isolation)
        fingerprints = fingerprints_of(submission.exercise, *conditions)
        problem, known = memory.recall(submission, fingerprints)
        missing = [name for name in fingerprints if name not in known]
        self.remembered = not missing
        if missing:
            self.sandbox.wait()
            problem, results = self._run(submission, progress, only=missing)
            memory.keep(submission, fingerprints, problem, results)
            known |= {result.id: result for result in results}
        return problem, [known[name] for name in fingerprints]

    def _run(
        self,
        submission: Submission,
        progress: Progress | None,
        seed: int = 0,
        only: Collection[str] | None = None,
    ) -> Graded:
        """Grade in the sandbox; if that is lost meanwhile, as a whole once more in another."""
        try:
            return self._run_once(submission, progress, seed, only)
        except SandboxLost:
            self.sandbox.close()
        return self._run_once(submission, progress, seed, only, again=True)

    def _run_once(
        self,
        submission: Submission,
        progress: Progress | None,
        seed: int,
        only: Collection[str] | None,
        again: bool = False,
    ) -> Graded:
        problem = ""
        with Session(self.sandbox, submission.exercise, submission.cells, seed) as session:
            try:
                session.load()
                problem = _loading_problem(session.problems)
            except (LimitReached, Crashed) as error:
                problem = str(error)
            results = runner.run(
                submission.exercise, _opener(session), progress=progress, seed=seed, only=only
            )
            if session.lost and not again:
                raise SandboxLost
        met: Met = "forbidden" if session.forbidden else "limit" if session.limited else ""
        return problem, [structs.replace(result, met=result.met or met) for result in results]

    def unread(self, name: str, exercise: str, problem: str) -> Report:
        """The report on a submission that could not even be read: every check 0 points."""
        results = [
            CheckResult(
                id=info.id, group=info.group, title=info.title, hidden=info.hidden,
                status="not_attempted", points=0.0, max_points=info.points,
                message=problem, hint="", seconds=0.0, extra=info.extra,
            )
            for info in checks.catalogue(exercise)
        ]  # fmt: skip
        return self._report(name, exercise, problem, results, time.monotonic())

    def _report(
        self, name: str, exercise: str, problem: str, results: list[CheckResult], began: float
    ) -> Report:
        return Report(
            submission=name,
            exercise=exercise,
            score=round(sum(result.points for result in results), 6),
            max_score=round(sum(result.max_points for result in results if not result.extra), 6),
            isolation=self.sandbox.isolation,
            versions={"python": platform.python_version(), "torch": str(torch.__version__)},
            seconds=round(time.monotonic() - began, 4),
            problem=problem,
            checks=results,
        )


def _opener(session: Session) -> Opener:
    @contextlib.contextmanager
    def opened() -> Iterator[Channel]:
        with session.check() as channel:
            yield channel

    return opened


def _loading_problem(problems: list[Problem]) -> str:
    """One sentence on the first cell that raised, if it was more than a missing piece."""
    for problem in problems:
        if problem.type != "NotImplementedError":
            at = problem.where or f"cell {problem.cell}"
            return printable(f"{problem.type}: {problem.message} ({at})").replace("\n", " ")
    return ""
