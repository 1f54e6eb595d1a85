"""A class of any size from the bank, of which it is known what each student deserves."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from autograder import checks
from autograder.course.bank import bank, notebook_of, read_release

REPO = Path(__file__).resolve().parent.parent


class HandedIn(NamedTuple):
    """A student's notebook, the entry of the bank it is made from, and the points it deserves."""

    student: str
    entry: str
    notebook: dict[str, Any]
    expected: float


def make_class(course: Path, students: int, exercise: str = "hello_rnn") -> dict[str, float]:
    """Put notebooks of so many students into the course's submitted/: {student: points deserved}.

    With 60 students or more, every entry of the bank occurs.
    """
    deserved = {}
    for one in notebooks(students, exercise):
        path = course / "submitted" / one.student / exercise / f"{exercise}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(one.notebook), encoding="utf-8")
        deserved[one.student] = one.expected
    return deserved


def notebooks(
    students: int, exercise: str = "hello_rnn", alike: bool = False
) -> Iterator[HandedIn]:
    """What the students "s0001", "s0002", ... hand in, the same in every run.

    The last cell of each notebook names its student in what it printed, and in a comment, so that
    no two have the same code and each has to be graded. With `alike` there is no such comment: all
    notebooks of an entry have the same code, which is graded once.
    """
    entries = list(bank(REPO, exercise))
    random.Random(0).shuffle(entries)  # a small class is mixed too
    release = read_release(REPO, exercise)
    worth = {info.id: info.points for info in checks.catalogue(exercise)}
    for number in range(students):
        entry = entries[number % len(entries)]
        student = f"s{number + 1:04}"
        expected = sum(points for name, points in worth.items() if name not in entry.loses)
        comment = "# the last cell" if alike else f"# {signature(student)}"
        notebook = notebook_of([*entry.cells, comment], release)
        printed = {"output_type": "stream", "name": "stdout", "text": f"{signature(student)}\n"}
        notebook["cells"][-1].update(execution_count=1, outputs=[printed])
        yield HandedIn(student, entry.name, notebook, expected)


def signature(student: str) -> str:
    """What stands in a student's notebook, and in nobody else's."""
    return f"handed in by {student}"
