"""A solution file read as nbgrader's source notebook: each cell gets a kind, an id, metadata."""

import ast
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from autograder.nbgrader_plugin.regions import (
    BEGIN,
    Definition,
    RegionError,
    find_regions,
    replace_regions,
)

Notebook = dict[str, Any]  # nbformat's JSON; a cell's source is one string

CELL_START = re.compile(r"# *%%")
CHECK_CALL = re.compile(r"""check\((["'])([A-Za-z0-9_-]+)\1\)""")
POINTS = re.compile(r"### POINTS (\d+(?:\.\d+)?) ([A-Za-z0-9_-]+)")
MARK_SCHEME = ("BEGIN MARK SCHEME", "END MARK SCHEME")
HIDDEN_TESTS = "HIDDEN TESTS"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LONGEST_ID = 64  # nbformat allows no longer cell id


class BuildError(Exception):
    """A solution that cannot be built: one sentence naming the file, the line and what to do."""


@dataclass(frozen=True)
class SourceNotebook:
    """nbgrader's instructor version of an exercise.

    Attributes:
        notebook: nbformat 4.5, one cell for each cell of the solution file.
        points: points of each graded cell by its grade_id, in the order of the notebook.
    """

    notebook: Notebook
    points: dict[str, float]


def source_notebook(
    exercise: str, name: str, text: str, worth: Mapping[str, float]
) -> SourceNotebook:
    """The source notebook of a solution in percent format.

    Args:
        exercise: name of the exercise, e.g. "hello_rnn".
        name: the solution file as messages should call it.
        text: the whole file.
        worth: points of each group that has checks.

    Raises:
        BuildError: the text breaks a rule, or its `check("group")` cells do not match `worth`.
    """
    reader = _Reader(exercise, name, worth)
    for line, cell in _cells(name, text):
        reader.read(line, cell)
    if not reader.cells[0]["source"].startswith("# "):
        raise BuildError(f"{name}, line 1: start with a markdown cell that reads '# <title>'.")
    for group in worth:
        if group not in reader.points:
            reason = f'has checks but no cell; add a cell with only check("{group}")'
            raise BuildError(f"{name}: group {group!r} {reason}.")
    metadata = {
        "autograder": {"exercise": exercise},
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
    notebook = {"cells": reader.cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return SourceNotebook(notebook, reader.points)


def read_percent(text: str) -> Any:
    """The file as jupytext's notebook, with what jupytext needs to write it back unchanged."""
    import jupytext

    return jupytext.reads(text, fmt="py:percent")


def write_percent(notebook: Any) -> str:
    """The percent file of a notebook that came from `read_percent`."""
    import jupytext

    text: str = jupytext.writes(notebook, fmt="py:percent")
    return text


def plain_number(value: float) -> float:
    """3 for 3.0, so that files show points as people write them."""
    return int(value) if float(value).is_integer() else value


def _cells(name: str, text: str) -> list[tuple[int, Any]]:
    """The cells of a percent file, each with the line its text starts on."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise BuildError(
            f"{name}, line {error.lineno}: correct the Python ({error.msg})."
        ) from None
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines, start=1) if CELL_START.match(line)]
    cells = read_percent(text).cells
    if starts[:1] != [1] or len(starts) != len(cells):
        raise BuildError(f"{name}: begin line 1 and every cell with '# %%', and no other line.")
    return [(start + 1, cell) for start, cell in zip(starts, cells, strict=True)]


@dataclass
class _Reader:
    """Turns cells into notebook cells one after the other."""

    exercise: str
    name: str
    worth: Mapping[str, float]
    cells: list[Notebook] = field(default_factory=list)
    points: dict[str, float] = field(default_factory=dict)
    _grade_ids: set[str] = field(default_factory=set)
    _line: int = 1

    def read(self, line: int, cell: Any) -> None:
        """Append the notebook cell for `cell`, whose text starts on `line` of the file."""
        self._line = line
        for offset, text in enumerate(cell.source.split("\n")):
            if HIDDEN_TESTS in text:
                self._fail(f"move hidden checks to autograder/checks/{self.exercise}/", offset)
        if cell.cell_type == "code":
            self._read_code(cell)
        elif cell.cell_type == "markdown":
            self._read_markdown(cell)
        else:
            self._append(cell, "raw")

    def _read_code(self, cell: Any) -> None:
        call = CHECK_CALL.fullmatch(cell.source)
        if call:
            self._append_check(cell, call.group(2))
            return
        try:
            is_solution = replace_regions(cell.source) != cell.source
        except RegionError as error:
            self._fail(error.reason, error.line - 1)
        tree = self._tree(cell.source)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "check":
                self._fail('put check("group") alone into its own cell', node.lineno - 1)
        if is_solution:
            defined = next(node for node in ast.walk(tree) if isinstance(node, Definition))
            self._append_graded(cell, "solution", f"solution-{defined.name}", solution=True)
        else:
            self._append(cell, "given")

    def _append_check(self, cell: Any, group: str) -> None:
        if group not in self.worth:
            others = f", or name one that has: {', '.join(self.worth)}" if self.worth else ""
            self._fail(f"group {group!r} has no checks; write some{others}")
        self._append_graded(cell, "check", group, self.worth[group], grade=True, locked=True)

    def _read_markdown(self, cell: Any) -> None:
        lines = cell.source.split("\n")
        try:
            answer, scheme = find_regions(lines), find_regions(lines, *MARK_SCHEME)
        except RegionError as error:
            self._fail(error.reason, error.line - 1)
        worth = [(line, found) for line in lines if (found := POINTS.fullmatch(line))]
        if not (answer or scheme or worth):
            self._append(cell, "text")
            return
        if len(worth) != 1 or not (answer or scheme):
            parts = f"one line '### POINTS <number> <name>' and a '### {BEGIN}' or a mark scheme"
            self._fail(f"give this cell, which is graded by hand, {parts}")
        if answer and scheme:
            # nbgrader takes a mark scheme in a task cell only, and would stop at one in an answer.
            self._fail("move the mark scheme to a '### POINTS 0 <name>' cell of its own above")
        [(line, found)] = worth
        cell.source = "\n".join(other for other in lines if other != line)
        points, grade_id = float(found.group(1)), found.group(2)
        if answer:
            self._append_graded(cell, "answer", grade_id, points, grade=True, solution=True)
        else:
            self._append_graded(cell, "task", grade_id, points, locked=True, task=True)

    def _append_graded(
        self, cell: Any, role: str, grade_id: str, points: float | None = None, **kind: bool
    ) -> None:
        """Append the cell with nbgrader's metadata; `kind` names the flags that are set."""
        if not re.fullmatch(r"[A-Za-z0-9_-]+", grade_id):
            self._fail(f"rename {grade_id!r}: nbgrader takes ASCII letters, digits, '_' and '-'")
        if grade_id in self._grade_ids:
            self._fail(f"{grade_id!r} names an earlier cell too; give this one a name of its own")
        self._grade_ids.add(grade_id)
        flags = {flag: kind.get(flag, False) for flag in ("grade", "locked", "solution", "task")}
        metadata: Notebook = {"grade_id": grade_id, "schema_version": 3, **flags}
        if points is not None:
            metadata["points"] = plain_number(points)
            self.points[grade_id] = points
        self._append(cell, role, grade_id.removeprefix("solution-"), {"nbgrader": metadata})

    def _append(
        self, cell: Any, role: str, suffix: str = "", metadata: Notebook | None = None
    ) -> None:
        """Append the cell under an id of exercise, role and suffix, by default a number."""
        prefix = f"{self.exercise}-{role}-"
        if not suffix:
            suffix = str(1 + sum(earlier["id"].startswith(prefix) for earlier in self.cells))
        tags = {"tags": list(cell.metadata["tags"])} if cell.metadata.get("tags") else {}
        code: Notebook = (
            {"execution_count": None, "outputs": []} if cell.cell_type == "code" else {}
        )
        self.cells.append(
            {
                "cell_type": cell.cell_type,
                "id": _short(prefix + suffix),
                "metadata": {**tags, **(metadata or {})},
                "source": cell.source,
                **code,
            }
        )

    def _tree(self, source: str) -> ast.Module:
        """The cell's syntax tree; empty for a cell with magics, which only IPython can read."""
        try:
            return ast.parse(source)
        except SyntaxError as error:
            if re.search(r"^\s*[%!?]", source, re.MULTILINE):
                return ast.Module(body=[], type_ignores=[])
            reason = f"make each cell complete Python on its own ({error.msg})"
            self._fail(reason, (error.lineno or 1) - 1)

    def _fail(self, reason: str, offset: int = 0) -> NoReturn:
        """Refuse the cell, naming the line `offset` lines into it."""
        raise BuildError(f"{self.name}, line {self._line + offset}: {reason}.") from None


def _short(cell_id: str) -> str:
    if len(cell_id) <= LONGEST_ID:
        return cell_id
    return f"{cell_id[: LONGEST_ID - 9]}-{hashlib.sha256(cell_id.encode()).hexdigest()[:8]}"
