"""Makes mutants: copies of a solution with one small change inside a solution region.

The changes are those of cosmic-ray (another operator, another number, a loop that does not run, a
condition turned round, True for False, break for continue) and of `operators.py`.
"""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.exception_replacer import CosmicRayTestingException
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

from autograder.submission import Submission, script_cells

from .operators import DropCall, DropStatement

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NEVER_RAISED = CosmicRayTestingException.__name__
_DRAWN_BY_LOT = ("VariableReplacer", "VariableInserter")
"""Operators that put in random numbers: another run would give other mutants."""


@dataclass(frozen=True)
class Mutant:
    """A solution with one change: in which function, what its line was and what it is."""

    exercise: str
    function: str
    before: str
    after: str
    cells: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells mutants apart, wherever in the file they are."""
        return self.exercise, self.function, self.before, self.after

    @property
    def submission(self) -> Submission:
        """The mutant as it would be handed in."""
        cells = list(self.cells)
        if any(NEVER_RAISED in cell for cell in cells):
            cells.insert(0, f"class {NEVER_RAISED}(Exception):\n    pass\n")
        return Submission(f"{self.function}: {self.after}", self.exercise, cells)


def mutants(root: Path, exercise: str) -> list[Mutant]:
    """Every mutant of an exercise's solution that is another program, in order of place."""
    cells = script_cells((root / "solutions" / f"{exercise}.py").read_bytes())
    return [
        Mutant(exercise, function, before, after, (*cells[:n], source, *cells[n + 1 :]))
        for n, cell in enumerate(cells)
        for function, before, after, source in _mutated(cell)
    ]


def _mutated(cell: str) -> Iterator[tuple[str, str, str, str]]:
    """(function, line before, line after, changed cell) for each change inside its regions."""
    inside = _region_lines(cell)
    if not inside:
        return
    places = []
    nodes = list(ast_nodes(get_ast(cell)))
    for rank, operator in enumerate(_operators()):
        starts = [start for node in nodes for start, _ in operator.mutation_positions(node)]
        places += [
            (start, rank, number, operator)
            for number, start in enumerate(starts)
            if start[0] in inside
        ]
    seen = {_meaning(cell)}
    for (line, _), _, number, operator in sorted(places, key=lambda place: place[:3]):
        source = mutate_code(cell, operator, number)
        meaning = _meaning(source)
        if meaning is not None and meaning not in seen:
            seen.add(meaning)
            yield (_function(cell, line), *_difference(cell, source), source)


def _operators() -> list[Operator]:
    names = [name for name in sorted(operator_names()) if not name.endswith(_DRAWN_BY_LOT)]
    return [*(get_operator(name)() for name in names), DropStatement(), DropCall()]


def _region_lines(cell: str) -> set[int]:
    """Numbers, from 1, of the lines between the markers."""
    lines, inside = set(), False
    for number, line in enumerate(cell.splitlines(), start=1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            lines.add(number)
    return lines


def _meaning(source: str) -> str | None:
    """What Python makes of a cell, docstrings and annotations apart; None if it is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body[0] = ast.Pass()
    return ast.dump(tree)


def _function(cell: str, line: int) -> str:
    """The qualified name of the function that a line belongs to."""
    names: list[str] = []
    nodes: list[ast.AST] = [ast.parse(cell)]
    while nodes:
        node = nodes.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt) and child.lineno <= line <= (child.end_lineno or 0):
                nodes.append(child)
                if isinstance(child, ast.FunctionDef | ast.ClassDef):
                    names.append(child.name)
    return ".".join(names)


def _difference(cell: str, source: str) -> tuple[str, str]:
    """The lines that differ, before and after."""
    changed = list(difflib.ndiff(cell.splitlines(), source.splitlines()))
    before, after = (
        " ".join(" ".join(line[2:] for line in changed if line.startswith(sign)).split())
        for sign in ("- ", "+ ")
    )
    return before, after
