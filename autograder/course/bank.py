"""Submissions made from the solution by changing some of its pieces, for tests and the demo.

A file of the bank, `tests/bank/<exercise>/<name>.py`, holds only what differs: definitions that
stand in for those of the same name in the solution, and whatever else should run first. Its
docstring says what it is, and after "Loses:" the checks that it must fail ("nothing" if none).
"""

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from ..submission import script_cells


class BankError(Exception):
    """A file of the bank is no submission; one sentence says what to do."""


@dataclass(frozen=True)
class Entry:
    """One submission of the bank: what it is, the checks it must fail, its code cells."""

    name: str
    about: str
    loses: tuple[str, ...]
    cells: tuple[str, ...]


def bank(root: Path, exercise: str) -> list[Entry]:
    """Every entry of an exercise's bank, in order of name.

    Raises:
        BankError: a file is not Python, or its docstring does not say what the entry loses.
    """
    solution = solution_cells(root, exercise)
    paths = sorted((root / "tests" / "bank" / exercise).glob("*.py"))
    return [_entry(path, solution) for path in paths]


def solution_cells(root: Path, exercise: str) -> list[str]:
    """The code cells of the solution as someone would hand them in: without region markers."""
    text = (root / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if " SOLUTION\n" not in line]
    return script_cells("".join(lines).encode())


def notebook_of(cells: list[str], release: dict[str, Any]) -> dict[str, Any]:
    """The released notebook with `cells` handed in: each where the name it defines belongs.

    Cells that define none of the released names come before the next one that does; cells the
    release has too are not doubled.
    """
    places = {name: cell["id"] for cell in release["cells"] for name in _solved(cell)}
    given = {"".join(cell["source"]).strip() for cell in release["cells"]}
    mine: dict[str, list[str]] = {}
    extra: list[str] = []
    for source in cells:
        here = next((places[name] for name in _defined(source) if name in places), None)
        if here is not None:
            mine[here] = [*extra, source]
            extra = []
        elif source.removeprefix("# %%\n").strip() not in given:
            extra.append(source)
    made: list[dict[str, Any]] = []
    for cell in release["cells"]:
        *before, last = mine.get(cell["id"], ["".join(cell["source"])])
        made += [_code(text, f"{cell['id']}-before-{n}") for n, text in enumerate(before)]
        made.append({**cell, "source": last.removeprefix("# %%\n").strip("\n")})
    made += [_code(text, f"added-{n}") for n, text in enumerate(extra)]
    return {**release, "cells": made}


def read_release(root: Path, exercise: str) -> dict[str, Any]:
    """The released notebook, as JSON holds it."""
    notebook: dict[str, Any] = json.loads(
        (root / "release" / exercise / f"{exercise}.ipynb").read_text(encoding="utf-8")
    )
    return notebook


def _entry(path: Path, solution: list[str]) -> Entry:
    source = path.read_text(encoding="utf-8")
    where = "/".join(path.parts[-4:])
    try:
        about, _, loses = (ast.get_docstring(ast.parse(source)) or "").partition("Loses:")
    except SyntaxError as error:
        raise BankError(f"{where}: correct it, it is no valid Python ({error}).") from None
    names = tuple(loses.replace(",", " ").split())
    if not names:
        raise BankError(f'{where}: end its docstring with "Loses:" and checks, or "nothing".')
    loses_what = () if names == ("nothing",) else names
    return Entry(path.stem, " ".join(about.split()), loses_what, tuple(changed(solution, source)))


def changed(solution: list[str], source: str) -> list[str]:
    """The solution's cells with the definitions of `source` in place of its own.

    What else there is in `source` runs after the first cell, in the order it is written.
    """
    body = [node for node in ast.parse(source).body if not _is_docstring(node)]
    mine = {node.name: _text(source, node) for node in body if _is_definition(node)}
    cells = list(solution)
    for number, cell in enumerate(cells):
        for node in reversed(ast.parse(cell).body):
            if _is_definition(node) and node.name in mine:
                lines = cell.splitlines(keepends=True)
                lines[_start(node) - 1 : node.end_lineno] = [mine.pop(node.name) + "\n"]
                cell = "".join(lines)
        cells[number] = cell
    added = [_text(source, n) for n in body if not _is_definition(n) or n.name in mine]
    return [cells[0], *(["\n\n".join(added) + "\n"] if added else []), *cells[1:]]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_definition(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


def _start(node: Any) -> int:
    decorators = [decorator.lineno for decorator in node.decorator_list]
    return int(min([node.lineno, *decorators]))


def _text(source: str, node: Any) -> str:
    first = _start(node) if _is_definition(node) else node.lineno
    return "\n".join(source.splitlines()[first - 1 : node.end_lineno])


def _solved(cell: dict[str, Any]) -> list[str]:
    nbgrader = cell["metadata"].get("nbgrader", {})
    return _defined("".join(cell["source"])) if nbgrader.get("solution") else []


def _defined(source: str) -> list[str]:
    try:
        return [node.name for node in ast.parse(source).body if _is_definition(node)]
    except (SyntaxError, ValueError):
        return []


def _code(source: str, cell_id: str) -> dict[str, Any]:
    text = source.removeprefix("# %%\n").strip("\n")
    return {
        "cell_type": "code", "execution_count": None, "id": cell_id[-64:],
        "metadata": {}, "outputs": [], "source": text,
    }  # fmt: skip
