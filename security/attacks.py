"""Reads the attack bank, `tests/attacks/<goal>/<name>.py`: one submission each, and what it earns.

A file holds what differs from the submission it is built on, as in tests/bank. Its docstring says
what it tries, and then, a line each:

    Earns: 10               points of the code itself, attack or not
    Says: PermissionError   a regular expression, found in the line that tells what happened;
                            left out where nothing happened at all
    On: guesses             what it is built on: "stub" (the exercise as handed out), or a file of
                            tests/attacks or tests/bank/hello_rnn; left out for the solution
    Needs: namespace        what only that isolation promises; left out for what all do
    Also: nbgrader, otter   other graders that it is tried on, see `python -m security`

An attack knows its targets by the names in `Targets`, and calls `found(what)` when it has read one.
"""

import ast
from dataclasses import dataclass, fields
from pathlib import Path

from autograder.course import bank
from autograder.submission import script_cells

EXERCISE = "hello_rnn"
_KEYS = ("Earns", "Says", "On", "Needs", "Also")


class AttackError(Exception):
    """A file of the attack bank cannot be used; one sentence says what to do."""


@dataclass(frozen=True)
class Targets:
    """What an attack is aimed at: it is told all of this, as a well-informed student would know."""

    secret: str
    """A file that everybody may read and write, with a secret."""
    gradebook: str
    """An nbgrader gradebook that everybody may write."""
    other: str
    """Another student's notebook."""
    clone: str
    """The folder with hidden checks and solutions."""
    port: int
    """Where someone listens on 127.0.0.1, over TCP and over UDP."""
    stream: str
    """A Unix socket on which someone listens."""
    datagram: str
    """A Unix socket that takes datagrams."""
    abstract: str
    """The same without a file: its name after the null byte."""
    bystander: int
    """A process of the teacher's, with a secret in its environment and its arguments."""

    def cell(self, report: str = "") -> str:
        """A cell that an attack begins with; `report` is run by `found` before it raises."""
        named = [f"{f.name.upper()} = {getattr(self, f.name)!r}\n" for f in fields(self)]
        return f"{''.join(named)}\n\n{_FOUND.replace('REPORT', report or 'pass')}"


_FOUND = '''\
def found(what):
    """Tell the world what an attack has read."""
    REPORT
    raise RuntimeError(f"found {what!r}")
'''


@dataclass(frozen=True)
class Attack:
    """One submission of the bank; see the module for what its parts mean."""

    name: str
    about: str
    earns: float
    says: str
    needs: str
    also: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def goal(self) -> str:
        """The folder that it is in."""
        return self.name.partition("/")[0]


def attacks(root: Path) -> list[Attack]:
    """Every attack of the bank, in order of name.

    Raises:
        AttackError: a file's docstring does not say what it has to.
    """
    folder = root / "tests" / "attacks"
    return [_attack(root, folder, path) for path in sorted(folder.glob("*/*.py"))]


def _attack(root: Path, folder: Path, path: Path) -> Attack:
    name = path.relative_to(folder).with_suffix("").as_posix()
    source = path.read_text(encoding="utf-8")
    about, said = _read(name, ast.get_docstring(ast.parse(source)) or "")
    try:
        earns = float(said["Earns"])
        base = _base(root, folder, said.get("On", ""))
    except (KeyError, ValueError, OSError) as error:
        raise AttackError(f"tests/attacks/{name}.py: correct its docstring ({error}).") from None
    return Attack(
        name=name,
        about=about,
        earns=earns,
        says=said.get("Says", ""),
        needs=said.get("Needs", ""),
        also=tuple(said.get("Also", "").replace(",", " ").split()),
        cells=tuple(bank.changed(base, source)),
    )


def _read(name: str, docstring: str) -> tuple[str, dict[str, str]]:
    """What an attack is about, and its lines of the form "Key: value"."""
    about: list[str] = []
    said: dict[str, str] = {}
    for line in docstring.splitlines():
        key, colon, value = line.partition(": ")
        if colon and key in _KEYS:
            said[key] = value.strip()
        elif not said:
            about.append(line.strip())
        elif line.strip():
            raise AttackError(f"tests/attacks/{name}.py: what does the line {line!r} mean?")
    return " ".join(filter(None, about)), said


def _base(root: Path, folder: Path, on: str) -> list[str]:
    """The code cells that an attack is built on."""
    solution = bank.solution_cells(root, EXERCISE)
    if not on:
        return solution
    if on == "stub":
        return script_cells((root / "exercises" / f"{EXERCISE}.py").read_bytes())
    mine = folder / f"{on}.py"
    path = mine if mine.exists() else root / "tests" / "bank" / EXERCISE / f"{on}.py"
    return bank.changed(solution, path.read_text(encoding="utf-8"))
