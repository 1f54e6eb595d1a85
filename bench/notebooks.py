"""The submission that everything is measured on, and its equivalent without the kit."""

import copy
import json
from pathlib import Path
from typing import Any

from . import asserted
from .contender import EXERCISE, ROOT

Notebook = dict[str, Any]


def source() -> Notebook:
    """nbgrader's instructor version."""
    return read(ROOT / "source" / EXERCISE / f"{EXERCISE}.ipynb")


def right_submission(release: Notebook, solved: Notebook) -> Notebook:
    """A student's notebook as it comes back: `release` with every solution cell filled in."""
    answers = {_grade_id(cell): cell["source"] for cell in solved["cells"] if _grade_id(cell)}
    notebook = copy.deepcopy(release)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = answers[_grade_id(cell)]
    return notebook


def released() -> Notebook:
    """nbgrader's student version."""
    return read(ROOT / "release" / EXERCISE / f"{EXERCISE}.ipynb")


def equivalent() -> Notebook:
    """The instructor version for stock nbgrader: grade cells with asserts and partial credit.

    Without the exploration, which the kit does not run when it grades: it would cost the others
    seven more trainings and the import of matplotlib.
    """
    notebook = copy.deepcopy(source())
    notebook["cells"] = [cell for cell in notebook["cells"] if "__main__" not in _text(cell)]
    tests = Path(asserted.__file__).read_text()
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            group = _grade_id(cell)
            cell["source"] = f'{tests}\nearned("{group}", __import__("__main__"))'
            tests = ""  # the first of the grade cells defines them for all
        elif "from autograder import" in _text(cell):
            kept = [line for line in _text(cell).splitlines() if "autograder" not in line]
            cell["source"] = "\n".join(kept)
    return notebook


def signed(notebook: Notebook, number: int) -> Notebook:
    """The same with a line of code more, so that it is like no other."""
    notebook = copy.deepcopy(notebook)
    extra: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "signed",
        "metadata": {},
    }
    notebook["cells"].append({**extra, "outputs": [], "source": f"# student {number}"})
    return notebook


def without_grade_cells(notebook: Notebook) -> Notebook:
    """For otter, which keeps its tests in files."""
    notebook = copy.deepcopy(notebook)
    notebook["cells"] = [
        cell for cell in notebook["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")
    ]
    return notebook


def write(notebook: Notebook, path: Path) -> None:
    """Write a notebook, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


def read(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_text())
    return notebook


def _grade_id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])
