"""A student's side: `check`, `hint` and `exploration`, in a live notebook or a script."""

import contextlib
import inspect
import io
import sys
import types
from collections.abc import Collection, Iterator

from . import checks
from .checks import runner
from .report import CheckResult, group_points, points_text
from .sandbox.inside import known_state
from .sandbox.proxy import Channel, LocalChannel
from .tables import feedback_html, feedback_text, hints_html, hints_text


class Feedback:
    """What the visible checks of one group say of the code as it stands.

    The checks run when this is first shown, once. Its plain text is the score alone, which is
    what nbgrader reads as a grade; its HTML, and `print`, show the table.
    """

    def __init__(self, group: str | None) -> None:
        self._group = group
        self._done: tuple[str, list[CheckResult], str] | None = None

    def _run(self) -> tuple[str, list[CheckResult], str]:
        if self._done is None:
            self._done = _feedback(sys.modules["__main__"], self._group)
        return self._done

    @property
    def score(self) -> float:
        """The group's points, in the proportion that its visible checks were passed."""
        exercise, results, problem = self._run()
        if problem:
            return 0.0
        points, most = map(sum, zip(*group_points(results).values(), strict=True))
        totals = checks.group_totals(exercise)
        whole = sum(totals[group]["total"] for group in group_points(results))
        return float(whole * points / most) if most else 0.0

    def __repr__(self) -> str:
        return points_text(self.score)

    @property
    def failed(self) -> list[CheckResult]:
        """The checks that did not pass."""
        return [result for result in self._run()[1] if result.status != "passed"]

    @property
    def problem(self) -> str:
        """One sentence if nothing could be checked, or ""."""
        return self._run()[2]

    def __str__(self) -> str:
        exercise, results, problem = self._run()
        return problem or feedback_text(results, checks.group_totals(exercise))

    def _repr_html_(self) -> str:
        exercise, results, problem = self._run()
        return feedback_html(results, checks.group_totals(exercise) if exercise else {}, problem)


def check(group: str | None = None) -> Feedback:
    """Run the visible checks of `group` ("shapes", ...), or of all groups, on your own code.

    Show the result as the last line of a cell, or print it. Never raises for a wrong answer.
    """
    return Feedback(group)


class Hints:
    """A hint for each visible check of a group that does not pass; found when first shown."""

    def __init__(self, group: str | None) -> None:
        self._feedback = Feedback(group)

    def __repr__(self) -> str:
        return self._feedback.problem or hints_text(self._feedback.failed)

    def _repr_html_(self) -> str:
        return hints_html(self._feedback.failed, self._feedback.problem)


def hint(group: str | None = None) -> Hints:
    """Hints for what the visible checks of `group`, or of all groups, find missing or wrong."""
    return Hints(group)


def feedback(
    module: types.ModuleType, exercise: str, groups: Collection[str] | None = None
) -> list[CheckResult]:
    """The verdicts of the visible checks on `module`, in this process.

    What the student's code prints meanwhile is not shown, and the generators, defaults and
    autograd mode of the session are as before afterwards.
    """

    @contextlib.contextmanager
    def opened() -> Iterator[Channel]:
        with known_state.borrowed():
            yield LocalChannel(module)

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return runner.run(exercise, opened, hidden=False, groups=groups)


def _feedback(module: types.ModuleType, group: str | None) -> tuple[str, list[CheckResult], str]:
    """Exercise, verdicts, and one sentence if there are none."""
    exercise = exercise_of(module)
    if exercise is None:
        return "", [], "Nothing to check yet: run the cells above this one first."
    groups = checks.group_totals(exercise)
    if group is not None and group not in groups:
        return exercise, [], f"There is no group {group!r} in {exercise}: try {', '.join(groups)}."
    return exercise, feedback(module, exercise, None if group is None else [group]), ""


def exercise_of(module: types.ModuleType) -> str | None:
    """The exercise whose names `module` defines most of; None if it defines none of any."""
    shares = {name: _share_defined(module, name) for name in checks.exercises()}
    best = max(shares, key=lambda name: shares[name], default=None)
    return best if best is not None and shares[best] > 0 else None


def _share_defined(module: types.ModuleType, exercise: str) -> float:
    names = checks.names(exercise)
    return sum(hasattr(module, name) for name in names) / len(names) if names else 0.0


@contextlib.contextmanager
def exploration() -> Iterator[None]:
    """For the part with plots and long runs: says what is not written yet, in one line.

    In a script, NotImplementedError ends the run with that line instead of a traceback; in a
    notebook the cell ends there and the session goes on.
    """
    try:
        yield
    except NotImplementedError as error:
        missing = unwritten(sys.modules["__main__"]) or [str(error)]
        message = f"Not written yet: {', '.join(missing)}. This part runs once they are."
        if not hasattr(sys.modules["__main__"], "get_ipython"):
            raise SystemExit(message) from None
        print(message)


def unwritten(module: types.ModuleType) -> list[str]:
    """The functions and methods defined in `module` that still raise NotImplementedError."""
    found: dict[int, str] = {}
    for value in vars(module).values():
        members = vars(value).values() if inspect.isclass(value) else [value]
        for member in members:
            code = getattr(member, "__code__", None)
            if code is None or getattr(member, "__module__", None) != module.__name__:
                continue
            if "NotImplementedError" in code.co_names:
                found[code.co_firstlineno] = member.__qualname__.removesuffix(".__init__")
    return list(dict.fromkeys(found[line] for line in sorted(found)))
