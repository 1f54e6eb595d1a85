"""One student's whole work: every coded exercise, solved; graded, and its trainings alone.

Run as `python -m bench.whole_work FOLDER`; orders on stdin: "grade" all exercises in the sandbox,
"train" only what the checks train, in this warm process: both answer with seconds by exercise.
"share" grades them on two workers and answers with the seconds of all together.
"""

import contextlib
import functools
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder import checks
from autograder.checks import runner
from autograder.course.bank import solution_cells
from autograder.graders import Graders, Task, grade
from autograder.grading import Grader
from autograder.report import Report
from autograder.sandbox.inside import known_state
from autograder.sandbox.inside.loading import run_cells
from autograder.sandbox.proxy import Channel, LocalChannel
from autograder.submission import Submission

from .contender import ROOT, answer, serve

WORKERS = 2

TRAINING = {
    "delayed_recall": ("train_recall", "recall_curve", "recall_far"),
    "haiku_char_rnn": ("train_epoch",),
    "hello_rnn": ("fit",),
    "memorization": ("memorize", "capacity_curve"),
}
"""The functions of each exercise that train a model; bptt trains none."""


def main(_: Path) -> None:
    """Start the graders, do everything once for warmth, then do what is ordered."""
    with Graders(WORKERS) as graders, Grader() as grader:
        orders: dict[str, Callable[[], Any]] = {
            "share": functools.partial(_share, graders),
            "grade": functools.partial(_all, functools.partial(_grade, grader)),
            "train": functools.partial(_all, _train),
        }
        for order in orders.values():
            order()
        answer(orders)


def _all(measure: Callable[[str], float]) -> list[tuple[str, float]]:
    return [(exercise, measure(exercise)) for exercise in checks.exercises()]


def _grade(grader: Grader, exercise: str) -> float:
    submission = _solved(exercise)
    began = time.perf_counter()
    report = grader.grade(submission)
    seconds = time.perf_counter() - began
    _expect_all_points(report)
    return seconds


def _share(graders: Graders) -> float:
    tasks = [Task(_solved(exercise)) for exercise in checks.exercises()]
    began = time.perf_counter()
    reports = [report for _, report in graders.run(grade, tasks)]
    seconds = time.perf_counter() - began
    for report in reports:
        _expect_all_points(report)
    return seconds


def _solved(exercise: str) -> Submission:
    return Submission("solved", exercise, solution_cells(ROOT, exercise))


def _expect_all_points(report: Report) -> None:
    if any(check.status != "passed" for check in report.checks):
        raise RuntimeError(f"the solution of {report.exercise} got {report.score}: {report.reason}")


def _train(exercise: str) -> float:
    """Seconds spent in the training functions while all checks run on them, here."""
    module, _ = run_cells(exercise, solution_cells(ROOT, exercise))
    watch = _Stopwatch()
    for name in TRAINING.get(exercise, ()):
        setattr(module, name, watch.watching(getattr(module, name)))
    results = runner.run(exercise, _opener(module))
    if any(result.status != "passed" for result in results):
        raise RuntimeError(f"the solution of {exercise} does not pass here")
    return watch.seconds


def _opener(module: types.ModuleType) -> Callable[[], contextlib.AbstractContextManager[Channel]]:
    @contextlib.contextmanager
    def opened() -> Iterator[Channel]:
        with known_state.borrowed():
            yield LocalChannel(module)

    return opened


class _Stopwatch:
    """Adds up the time in functions; of one that calls another, the outer one's."""

    def __init__(self) -> None:
        self.seconds, self._running = 0.0, False

    def watching(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, timed."""

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._running:
                return function(*args, **kwargs)
            self._running, began = True, time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self._running = False
                self.seconds += time.perf_counter() - began

        return timed


if __name__ == "__main__":
    serve(main)
