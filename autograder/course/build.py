"""Builds what is made from the solutions: stubs, source and release notebooks, points by group.

Everything is rendered in memory first, the release notebook by nbgrader's own GenerateAssignment
with the course's nbgrader_config.py, so that `nbgrader generate_assignment` gives the same bytes.
The same input gives the same bytes on every machine: ids come from names, and nothing holds a time
or a path.
"""

import ast
import json
import logging
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from autograder.course.source import (
    BuildError,
    Notebook,
    plain_number,
    read_percent,
    source_notebook,
    write_percent,
)

__all__ = ["BuildError", "Built", "build", "leftovers", "stale", "wanted"]

CONFIG = "nbgrader_config.py"


class GradedCheck(Protocol):
    """What the build needs to know of a check."""

    @property
    def group(self) -> str: ...
    @property
    def points(self) -> float: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def extra(self) -> bool: ...


Catalogue = Callable[[str], Sequence[GradedCheck]]


@dataclass(frozen=True)
class Built:
    """One exercise, built.

    Attributes:
        exercise: its name.
        paths: every file made from its solution, relative to the course.
        changed: those of them whose content was not there before.
        points: points of each graded cell, in the notebook's order.
        extra: points of extra credit, which come on top.
    """

    exercise: str
    paths: tuple[Path, ...]
    changed: tuple[Path, ...]
    points: dict[str, float]
    extra: float


@dataclass(frozen=True)
class _Rendered:
    files: dict[Path, bytes]
    points: dict[str, float]
    extra: float


def build(
    root: Path, exercises: Sequence[str] | None = None, *, catalogue: Catalogue | None = None
) -> list[Built]:
    """Write what is made from the solutions in `root`: all of it, or on an error nothing.

    Args:
        root: the clone, an nbgrader course directory.
        exercises: names of the exercises to build; all by default.
        catalogue: gives the checks of an exercise; `autograder.checks.catalogue` by default.

    Raises:
        BuildError: a solution breaks a rule, or `root` is no course with solutions.
    """
    rendered = {name: _render(root, name, catalogue) for name in wanted(root, exercises)}
    return [_write(root, name, result) for name, result in rendered.items()]


def stale(
    root: Path, exercises: Sequence[str] | None = None, *, catalogue: Catalogue | None = None
) -> list[str]:
    """Built files that are missing, out of date or left over, relative to `root`, sorted.

    `exercises` names those to look at; by default all, and then left over files count too.

    Raises:
        BuildError: a solution breaks a rule, or `root` is no course with solutions.
    """
    names = set(leftovers(root)) if exercises is None else set()
    for exercise in wanted(root, exercises):
        files = _render(root, exercise, catalogue).files
        names.update(
            path.as_posix() for path, content in files.items() if _content(root / path) != content
        )
        if _summary_path(exercise) not in files and (root / _summary_path(exercise)).exists():
            names.add(_summary_path(exercise).as_posix())
    return sorted(names)


def leftovers(root: Path) -> list[str]:
    """Built files whose solution no longer exists, relative to `root`, sorted.

    `build` deletes nothing: someone has to. Notebooks made by hand in source/ or release/ are none.
    """
    known = set(_solutions(root))
    found = [(path.stem, path) for path in root.glob("exercises/[!_]*.py")]
    found += [(path.parent.name, path) for path in root.glob(str(_summary_path("*")))]
    for step in ("source", "release"):
        for path in root.glob(f"{step}/*/*.ipynb"):
            if path.stem == path.parent.name and _is_built(path):
                found.append((path.stem, path))
    return sorted(path.relative_to(root).as_posix() for name, path in found if name not in known)


def _solutions(root: Path) -> list[str]:
    return sorted(path.stem for path in root.glob("solutions/[!_]*.py"))


def wanted(root: Path, exercises: Sequence[str] | None) -> list[str]:
    """`exercises` in their order, without repetitions; None means all, in order of name.

    Raises:
        BuildError: one of them is unknown, or `root` is no course with solutions.
    """
    known = _solutions(root)
    if not known or not (root / CONFIG).is_file():
        missing = CONFIG if known else "solutions/*.py"
        raise BuildError(f"{root} has no {missing}; go to the folder of the course's clone.")
    for name in known:
        if not name.isidentifier():
            raise BuildError(f"solutions/{name}.py: rename it to something Python can import.")
    for name in exercises or ():
        if name not in known:
            choice = ", ".join(known)
            raise BuildError(f"There is no solutions/{name}.py; the exercises are {choice}.")
    return known if exercises is None else list(dict.fromkeys(exercises))


def _render(root: Path, exercise: str, catalogue: Catalogue | None) -> _Rendered:
    """Every file made from one solution, by its path relative to the course."""
    name = f"solutions/{exercise}.py"
    try:
        text = (root / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{name}: save it as a readable UTF-8 file ({error}).") from None
    groups = _groups(exercise, catalogue)
    totals = {group: worth["total"] for group, worth in groups.items()}
    source = source_notebook(exercise, name, text, totals)
    source_bytes = _notebook_bytes(source.notebook)
    release_bytes = _release(root, exercise, source_bytes)
    files = {
        Path("exercises", f"{exercise}.py"): _stub(text, source.notebook, release_bytes),
        Path("source", exercise, f"{exercise}.ipynb"): source_bytes,
        Path("release", exercise, f"{exercise}.ipynb"): release_bytes,
    }
    built: dict[str, Any] = {"groups": groups, "names": _names(source.notebook)}
    by_hand = {k: plain_number(worth) for k, worth in source.points.items() if k not in groups}
    if any(by_hand.values()):
        built["by_hand"] = {name: worth for name, worth in by_hand.items() if worth}
    if groups or "by_hand" in built:
        files[_summary_path(exercise)] = (json.dumps(built, indent=2) + "\n").encode()
    extra = _sum(worth["extra"] for worth in groups.values())
    return _Rendered(files, source.points, extra)


def _groups(exercise: str, catalogue: Catalogue | None) -> dict[str, dict[str, float]]:
    """Visible, total and extra points of each group, in the order of the checks.

    A group of extra credit has no others: its cell in the notebook is worth 0, and what is earned
    comes on top.
    """
    if catalogue is None:
        from autograder.checks import catalogue as installed

        catalogue = installed
    checks = list(catalogue(exercise))
    groups = {}
    for group in dict.fromkeys(check.group for check in checks):
        mine = [check for check in checks if check.group == group]
        if len({check.extra for check in mine}) > 1:
            reason = f"make all checks of group {group!r} extra credit, or none"
            raise BuildError(f"autograder/checks/{exercise}: {reason}.")
        counted = [check for check in mine if not check.extra]
        groups[group] = {
            "visible": _sum(check.points for check in counted if not check.hidden),
            "total": _sum(check.points for check in counted),
            "extra": _sum(check.points for check in mine if check.extra),
        }
    return groups


def _names(notebook: Notebook) -> list[str]:
    """What the solution cells define at their top, by which a live notebook is recognised."""
    cells = [cell for cell in notebook["cells"] if "-solution-" in cell["id"]]
    definitions = (ast.FunctionDef, ast.ClassDef)
    return [
        node.name
        for cell in cells
        for node in ast.parse(cell["source"]).body
        if isinstance(node, definitions)
    ]


def _sum(points: Iterable[float]) -> float:
    return plain_number(round(math.fsum(points), 6))


def _summary_path(exercise: str) -> Path:
    return Path("autograder", "checks", exercise, "exercise.json")


def _notebook_bytes(notebook: Notebook) -> bytes:
    """The notebook as Jupyter would save it."""
    cells = [{**cell, "source": cell["source"].splitlines(True)} for cell in notebook["cells"]]
    text = json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def _stub(text: str, source: Notebook, release: bytes) -> bytes:
    """The solution file with each cell's text taken from the release, so that the two agree."""
    released = {cell["id"]: "".join(cell["source"]) for cell in json.loads(release)["cells"]}
    percent = read_percent(text)
    for cell, built in zip(percent.cells, source["cells"], strict=True):
        cell.source = released[built["id"]]
    return write_percent(percent).encode()


def _release(root: Path, exercise: str, source: bytes) -> bytes:
    """What `nbgrader generate_assignment` in `root` would make of a source notebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    log, messages = _quiet_log()
    with tempfile.TemporaryDirectory(prefix="autograder-build-") as folder:
        # Only the folders lie apart: the course stays the root, for its settings may name files.
        notebook = Path(folder, "source", exercise, f"{exercise}.ipynb")
        notebook.parent.mkdir(parents=True)
        notebook.write_bytes(source)
        config = _course_config(root)
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        course = CourseDirectory(
            config=config,
            log=log,
            root=str(root.resolve()),
            assignment_id=exercise,
            source_directory=str(Path(folder, "source")),
            release_directory=str(Path(folder, "release")),
        )
        try:
            GenerateAssignment(coursedir=course, config=config, log=log).start()
        except Exception as error:
            cause = next((text for text in messages if text.startswith("Traceback")), str(error))
            reason = cause.strip().split("\n")[-1]
            raise BuildError(
                f"solutions/{exercise}.py: nbgrader makes no release notebook of it ({reason})."
            ) from error
        return Path(folder, "release", exercise, f"{exercise}.ipynb").read_bytes()


def _course_config(root: Path) -> Any:
    from traitlets.config.loader import PyFileConfigLoader

    try:
        return PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except Exception as error:
        raise BuildError(f"{CONFIG}: correct it, it does not load ({error}).") from error


def _quiet_log() -> tuple[logging.Logger, list[str]]:
    """A logger that shows nothing, and the list in which nbgrader's errors end up."""
    messages: list[str] = []
    log = logging.Logger("autograder.course.build", level=logging.ERROR)
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)
    return log, messages


def _is_built(notebook: Path) -> bool:
    try:
        return "autograder" in json.loads(notebook.read_bytes())["metadata"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write(root: Path, exercise: str, rendered: _Rendered) -> Built:
    changed = tuple(_put(root, rendered.files))
    return Built(exercise, tuple(rendered.files), changed, rendered.points, rendered.extra)


def _put(root: Path, files: dict[Path, bytes]) -> Iterator[Path]:
    """Write the files that differ, and yield them: tools watch the times of the others."""
    for path, content in files.items():
        if _content(root / path) != content:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
            yield path
