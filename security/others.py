"""Attacks on stock nbgrader and on otter-grader, each in a jail of its own."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder.course.bank import notebook_of, solution_cells
from bench import notebooks, otter
from bench.commands import environment
from bench.contender import EXERCISE, ROOT
from bench.courses import Course

from . import inside, jail
from .attacks import Attack, Targets

TOKEN = "canary-5f1c0a"
PORT = 47_011
SECONDS = 300.0
"""After which a whole jail is ended; the graders in it are ended before."""
_FOUND = f"open({str(inside.FOUND)!r}, 'a').write(repr(what))"


@dataclass(frozen=True)
class Outcome:
    """What came of an attack. `points` and `next`, those of the submission graded next, are None
    where there is no grade; `ended` says whether grading came to an end by itself."""

    points: float | None
    next: float | None
    ended: bool
    read: bool = False
    changed: bool = False
    called: bool = False


NOTHING = Outcome(None, None, ended=False)
"""Of a grader that was ended from outside, or by the attack."""


class Others:
    """The other graders that are installed, ready in a folder. A context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="security-")
        self._otter = otter.command()
        self.versions = {"nbgrader": metadata.version("nbgrader")}
        if self._otter is not None:
            self.versions["otter"] = _otter_version(self._otter)

    def __enter__(self) -> "Others":
        given = Path(self._folder.name)
        given.chmod(0o755)
        surroundings = environment(given / "home")
        Course(given / "stock", with_kit=False, environment=surroundings)
        if self._otter is not None:
            otter.Otter(self._otter, given / "otter", surroundings)
        solved = notebooks.equivalent()
        self._release = notebooks.read(given / "stock/release" / EXERCISE / f"{EXERCISE}.ipynb")
        notebooks.write(notebooks.right_submission(self._release, solved), given / "right.ipynb")
        (given / "facts.json").write_text(json.dumps({"token": TOKEN, "port": PORT}))
        shutil.copy(inside.__file__, given)
        for name in ("__init__.py", "sandbox/__init__.py", "sandbox/inside"):
            _copy(ROOT / "autograder" / name, given / "kit/autograder" / name)
        return self

    def __exit__(self, *exc: object) -> None:
        self._folder.cleanup()

    def attacked(self, grader: str, attack: Attack, number: int) -> Outcome:
        """What comes of `attack` with "nbgrader" or "otter", in the jail of this number."""
        given = Path(self._folder.name)
        handed_in = given / f"{grader}-{attack.name.replace('/', '-')}.ipynb"
        notebooks.write(self._notebook(grader, attack), handed_in)
        python, folders = Path(sys.executable), jail.own_trees()
        if grader == "otter":
            assert self._otter is not None
            python = Path(self._otter).with_name("python")
            folders = jail.trees(python)
        command = [str(python), f"{jail.GIVEN}/inside.py", grader, f"{jail.GIVEN}/{handed_in.name}"]
        said = jail.Jail(folders, number).run(command, given, SECONDS)
        return _outcome(said or "")

    def right(self, grader: str) -> Outcome:
        """What comes of no attack: both submissions are right."""
        nothing = Attack("nothing/at_all", "", 10.0, "", "", (), tuple(_solution()))
        return self.attacked(grader, nothing, 0)

    def _notebook(self, grader: str, attack: Attack) -> dict[str, Any]:
        """The attack as a notebook of the course without the kit, told of what is in the jail."""
        targets = Targets(
            secret=str(inside.HOME / "secret.txt"), gradebook=str(inside.COURSE / "gradebook.db"),
            other=str(inside.COURSE / "submitted" / inside.OTHER / EXERCISE / f"{EXERCISE}.ipynb"),
            clone=str(inside.COURSE), port=PORT, stream="/none", datagram="/none",
            abstract="none", bystander=inside.BYSTANDER,
        )  # fmt: skip
        cells = [_without_kit(cell) for cell in attack.cells]
        made = notebook_of([targets.cell(_FOUND), *filter(None, cells)], self._release)
        return notebooks.without_grade_cells(made) if grader == "otter" else made


def _solution() -> list[str]:
    return solution_cells(ROOT, EXERCISE)


def _without_kit(cell: str) -> str:
    """A cell of the kit's notebook where there is no kit; "" for one that is there for it alone."""
    if "__main__" in cell or cell.removeprefix("# %%\n").startswith("check("):
        return ""
    lines = [line for line in cell.splitlines() if not line.startswith("from autograder import")]
    return "\n".join(lines)


def _outcome(said: str) -> Outcome:
    lines = [line for line in said.splitlines() if line.startswith('{"points"')]
    try:
        return Outcome(**json.loads(lines[-1])) if lines else NOTHING
    except (ValueError, TypeError):
        return NOTHING


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _otter_version(command: str) -> str:
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    told = re.search(r"Otter-Grader version: (\S+)", said.stdout)
    return told[1] if told else "of an unknown version"
