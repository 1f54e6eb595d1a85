"""What `autograder check` does: the visible checks on a student's own files, in this process."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .. import checks
from ..kernel import feedback
from ..report import points_text
from ..sandbox.inside.loading import run_cells
from ..submission import SUFFIXES, UnreadableSubmission, notebook_cells, script_cells
from ..tables import verdict_table
from .finding import NothingToGrade, refuse_unknown

if TYPE_CHECKING:
    from rich.console import Console


def attempts(folder: Path, exercise: str | None) -> list[tuple[str, Path]]:
    """The exercises to check, with the student's file of each.

    A file is looked for in `folder` itself and in its exercises/, as a .py or .ipynb named after
    the exercise. Raises NothingToGrade if the exercise is unknown or no file is there.
    """
    if exercise in checks.answered_in_words():
        raise NothingToGrade(f"{exercise} is answered in words: there is nothing to check.")
    refuse_unknown(exercise)
    wanted = [exercise] if exercise else checks.exercises()
    found = [(name, path) for name in wanted if (path := _file_of(folder, name)) is not None]
    if not found:
        names = " or ".join(f"{name}.py" for name in wanted)
        raise NothingToGrade(f"There is no {names} here: go to the folder with exercises/ in it.")
    return found


def check_file(exercise: str, path: Path, console: "Console", hints: bool = False) -> bool:
    """Run the visible checks on a student's file and show the table; whether all passed."""
    try:
        cells = (notebook_cells if path.suffix == ".ipynb" else script_cells)(path.read_bytes())
    except UnreadableSubmission as error:
        console.print(f"{path}: {error}.", markup=False)
        return False
    module, problems = run_cells(exercise, cells)
    results = feedback(module, exercise)
    console.print(verdict_table(results, exercise, hints))
    for problem in problems:
        where = problem.where or f"cell {problem.cell}"
        console.print(f"{problem.type}: {problem.message} ({where})", markup=False)
    counted = [result for result in results if not result.extra]
    console.print(_summary(exercise, [(r.points, r.max_points) for r in counted]))
    return all(result.status == "passed" for result in counted)


def _summary(exercise: str, points: Sequence[tuple[float, float]]) -> str:
    totals = checks.group_totals(exercise)
    whole = sum(group["total"] for group in totals.values())
    earned, most = (points_text(sum(column)) for column in zip(*points, strict=True))
    words = sum(checks.by_hand(exercise).values())
    more = f", and {points_text(words)} more for an answer in words" if words else ""
    return (
        f"{earned} of {most} points by the visible checks; "
        f"graded, the exercise is worth {points_text(whole)}{more}."
    )


def _file_of(folder: Path, exercise: str) -> Path | None:
    for place in (folder, folder / "exercises"):
        for suffix in reversed(SUFFIXES):
            if (path := place / f"{exercise}{suffix}").is_file():
                return path
    return None
