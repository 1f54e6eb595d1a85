"""What is graded: for each exercise a folder with `visible.py` and `hidden.py`.

They are ordinary pytest files. A test marked `@check(group, points=..., hint=...)` is a *check*;
its docstring is its title. It gets the fixtures `submission` (the student's module) and `probes`
(our stand-ins), or `fresh`, which opens a further fork for a fixture that several checks share.
"""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

FOLDER = Path(__file__).parent


class CheckError(Exception):
    """The checks themselves are broken; one sentence says how."""


class CheckInfo(msgspec.Struct, frozen=True):
    """A check as its author wrote it; `id` is the name of its function without `test_`.

    `extra` marks extra credit: points beyond the exercise's maximum.
    """

    id: str
    group: str
    title: str
    points: float
    hidden: bool
    hint: str
    extra: bool = False


def check(group: str, *, points: float, hint: str, extra: bool = False) -> Callable[..., Any]:
    """Mark a test as a check of `group` worth `points`; `hint` is shown to who asks for it.

    With `extra` it is extra credit; then all checks of the group have to be.
    """
    mark: Callable[..., Any] = pytest.mark.check(group=group, points=points, hint=hint, extra=extra)
    return mark


def exercises() -> list[str]:
    """Names of the exercises that have checks, in alphabetical order."""
    return sorted(path.parent.name for path in FOLDER.glob("*/visible.py"))


def answered_in_words() -> list[str]:
    """Names of the exercises without checks, which people grade, in alphabetical order."""
    built = {path.parent.name for path in FOLDER.glob("*/exercise.json")}
    return sorted(built - set(exercises()))


def files(exercise: str, hidden: bool = True) -> list[Path]:
    """The check files of an exercise that are there: the hidden ones stay with the teacher."""
    names = ["visible.py", "hidden.py"] if hidden else ["visible.py"]
    return [path for name in names if (path := FOLDER / exercise / name).exists()]


def group_totals(exercise: str) -> dict[str, dict[str, float]]:
    """For each group, the points of its visible checks and of all: {"shapes": {"visible": 2,
    "total": 4, "extra": 0}}. A built file, since a student's copy has no hidden checks to add up;
    of extra credit, both are 0."""
    totals: dict[str, dict[str, float]] = _built(exercise)["groups"]
    return totals


def groups(exercise: str) -> list[str] | None:
    """The names of the groups of an exercise's checks; None if it is not built."""
    return list(group_totals(exercise)) if _is_built(exercise) else None


def names(exercise: str) -> list[str]:
    """The functions and classes that the exercise's solution defines; none if it is not built."""
    found: list[str] = _built(exercise)["names"] if _is_built(exercise) else []
    return found


def by_hand(exercise: str) -> dict[str, float]:
    """Points of the answers that people grade, by name: {"two-steps": 5}, or {}."""
    found: dict[str, float] = _built(exercise).get("by_hand", {}) if _is_built(exercise) else {}
    return found


def _is_built(exercise: str) -> bool:
    return (FOLDER / exercise / "exercise.json").is_file()


@functools.cache
def _built(exercise: str) -> dict[str, Any]:
    path = FOLDER / exercise / "exercise.json"
    built: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    return built


def catalogue(exercise: str) -> list[CheckInfo]:
    """All checks of an exercise, visible first, in the order they are written."""
    from .runner import collect

    return collect(exercise)
