"""`python -m bench [--rounds N]`: how long grading takes, and how long it might.

Compared on the same right submission of hello_rnn, in rounds in which each takes its turn:
(a) one fork that makes the checks' calls and nothing else, (b) the kit's grader, (c) nbgrader
with the kit, (d) stock nbgrader, (e) otter-grader. Beside them, (f) grading all coded exercises,
solved, (g) what their trainings take in a warm process, and (h) grading them on two workers. At
last whole classes, through `autograder class`.
Exit status 0 once all is measured, whatever it is; 2 with one sentence if it could not be.
"""

import argparse
import contextlib
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from . import notebooks, otter, show
from .commands import environment
from .contender import EXERCISE, BenchError, Contender
from .courses import Course
from .measure import Row, ratios, rounds

AT_ONCE = 3
"""Runs of (a) and (b) in each round: they are short."""


def main() -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each (5)", metavar="N")
    parser.add_argument(
        "--classes", type=int, nargs="*", default=[50, 300], metavar="N",
        help="classes of so many students, one after another (50 300)",
    )  # fmt: skip
    given = parser.parse_args()
    count, classes = given.rounds, given.classes
    if count < 1 or any(students < 1 for students in classes):
        parser.error("--rounds and --classes are at least 1")
    # So that a `kill` too ends what was started and removes what was written.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            _measure(Path(folder), count, classes)
    except (BenchError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: stopped", file=sys.stderr)
        return 130
    return 0


def _measure(folder: Path, count: int, classes: Sequence[int]) -> None:
    notebook = folder / f"{EXERCISE}.ipynb"
    solved = notebooks.source()
    notebooks.write(notebooks.right_submission(notebooks.released(), solved), notebook)
    surroundings = environment(folder / "home")
    with contextlib.ExitStack() as stack:
        columns = (TextColumn("Measuring"), BarColumn(), TextColumn("{task.description}"))
        bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
        task = stack.enter_context(bar).add_task("getting ready", total=None)
        with Contender("same_work", notebook, surroundings):
            pass  # it has found nothing to complain of
        limit = stack.enter_context(Contender("limit", notebook, surroundings))
        grader = stack.enter_context(Contender("graded", notebook, surroundings))
        whole = stack.enter_context(Contender("whole_work", folder, surroundings))
        work = {"f": WholeWork(whole, "grade"), "g": WholeWork(whole, "train")}
        rows = _rows(folder, limit, grader, surroundings)
        together = _work_rows(work, whole)
        every = [*rows, *together]
        bar.update(task, total=count * sum(row.take is not None for row in every))
        for what in rounds(every, count):
            bar.update(task, description=what, advance=1)
        memory, isolation = grader.ask("memory"), grader.ask("isolation")
        graded = []
        for students in classes:
            bar.update(task, description=f"a class of {students}")
            kit = Course(folder / f"kit{students}", with_kit=True, environment=surroundings)
            graded.append(kit.grade_class(students))
    out = show.console()
    out.print(f"{show.machine()}; isolation: {isolation}", highlight=False)
    tables = (
        show.times("Seconds a submission (hello_rnn, a right notebook)", rows),
        show.times("Seconds for one student's whole work, all solved", together),
        show.by_exercise(work["f"].taken, work["g"].taken),
        show.classes(graded, next(row.median for row in rows if row.key == "d")),
        show.memory(memory),
        show.wanted(ratios(every)),
    )
    for table in tables:
        out.print()
        out.print(table)


def _rows(
    folder: Path, limit: Contender, grader: Contender, surroundings: Mapping[str, str]
) -> list[Row]:
    """What takes turns, in that order."""
    stock = Course(folder / "stock", with_kit=False, environment=surroundings)
    kit = Course(folder / "kit", with_kit=True, environment=surroundings)
    otters = Row("e", "otter run", "the whole command, as it starts anew for each submission")
    command = otter.command()
    if command is None:
        otters.missing = otter.INSTALL
    else:
        otters.take = otter.Otter(command, folder / "otter", surroundings).grade
    apart = "from one student's graded notebook to the next's, in one run for"
    return [
        Row("a", "bare fork, the checks' calls alone", "from fork to exit, torch loaded and warm",
            lambda: [limit.ask("fork") for _ in range(AT_ONCE)]),
        Row("b", "the kit's grader", "Grader.grade_file, zygote warm, one job",
            lambda: [grader.ask("grade") for _ in range(AT_ONCE)]),
        Row("o", "the same, no second wall", "without Landlock and the filter of system calls",
            lambda: [grader.ask("grade open") for _ in range(AT_ONCE)]),
        Row("c", "nbgrader autograde with the kit", f"{apart} 3", lambda: kit.autograde(3)),
        Row("d", "nbgrader autograde, stock", f"{apart} 2", lambda: stock.autograde(2)),
        otters,
        Row("", "start of a zygote", "until its first submission could run",
            lambda: [grader.ask("start")]),
    ]  # fmt: skip


def _work_rows(work: Mapping[str, "WholeWork"], whole: Contender) -> list[Row]:
    """All coded exercises, which take turns with the rows of one."""
    return [
        Row("f", "all exercises, graded", "zygote warm, one job", work["f"].take),
        Row("g", "their trainings alone", "in a warm process", work["g"].take),
        Row("h", "all exercises, graded", "zygotes warm, two jobs",
            lambda: [whole.ask("share")]),
    ]  # fmt: skip


class WholeWork:
    """Asks for the times of all exercises, and keeps what each has taken: {exercise: seconds}."""

    def __init__(self, contender: Contender, order: str) -> None:
        self._contender, self._order = contender, order
        self.taken: dict[str, list[float]] = {}

    def take(self) -> list[float]:
        """Seconds of all exercises together, measured once."""
        times = self._contender.ask(self._order)
        for exercise, seconds in times:
            self.taken.setdefault(exercise, []).append(seconds)
        return [sum(seconds for _, seconds in times)]


if __name__ == "__main__":
    sys.exit(main())
