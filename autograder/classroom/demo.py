"""A small sample class, from what was handed in to the gradebook: what `autograder demo` does."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..course.bank import bank, notebook_of, read_release, solution_cells
from ..course.build import BuildError, build
from ..report import Report
from ..sandbox.inside.limits import Limits
from ..sandbox.walls import best_isolation
from ..submission import UnreadableSubmission, notebook_cells, script_cells
from ..tables import class_table
from .class_page import class_pages
from .finding import find
from .grade import grade_each

if TYPE_CHECKING:
    from rich.console import Console

EXERCISE = "hello_rnn"
MARKER = ".sample-class"
# Tight, so that the endless loop of the sample costs seconds; see `Limits` for the usual ones.
LIMITS = Limits(cpu_seconds=2, load_seconds=6.0, check_seconds=6.0)

# Who hands in what: an entry of the bank, or one of the two broken files made below.
CLASS = {
    "ada": ("solution", ".ipynb"),
    "ben": ("right_cell_loop", ".py"),
    "chloe": ("right_by_hand", ".ipynb"),
    "dmitri": ("stub", ".ipynb"),
    "elif": ("wrong_no_detach", ".py"),
    "farid": ("wrong_hidden_shape", ".ipynb"),
    "grace": ("endless_loop", ".ipynb"),
    "hiro": ("hostile_exit", ".py"),
    "ines": ("hostile_forgery", ".ipynb"),
    "jonas": ("broken_json", ".ipynb"),
    "kemal": ("syntax_error", ".py"),
    "lena": ("wrong_spell_forgets", ".ipynb"),
}

ENDLESS = "loss = 1.0\nwhile loss > 0:\n    loss = loss + 0.001\n"


def run(root: Path, folder: Path, console: "Console") -> None:
    """Build the exercises, make a sample course in `folder`, grade it, record it with nbgrader.

    Raises BuildError if `root` is no clone, or `folder` holds something else.
    """
    for built in build(root, [EXERCISE]):
        console.print(f"Built {', '.join(map(str, built.paths[:3]))}", soft_wrap=True)
    course = root / folder
    _make_course(root, course)
    found, _ = find([course / "handed_in"], EXERCISE)
    reports: list[Report] = []
    grade_each(
        found, os.cpu_count() or 1, LIMITS, best_isolation(), course / "reports", reports, []
    )
    reports.sort(key=lambda report: report.submission)
    console.print(class_table(reports))
    _record(course, console)
    [page] = class_pages(course, EXERCISE)
    feedback = Path("feedback", "elif", EXERCISE, f"{EXERCISE}.html")
    for what, where in (
        ("gradebook", "gradebook.db"),
        ("grades", "grades.csv"),
        ("a feedback page", str(feedback)),
        ("the class", str(page.path.relative_to(course))),
        ("a report in full", "reports/elif%2Fhello_rnn.py.json"),
    ):
        console.print(f"{what + ':':18}{folder / where}", highlight=False, soft_wrap=True)


def sample_files(root: Path) -> dict[str, tuple[str, bytes]]:
    """What the class hands in: for each student, the file's name and content."""
    return {
        student: (f"{EXERCISE}{suffix}", _content(root, kind, suffix))
        for student, (kind, suffix) in CLASS.items()
    }


def _content(root: Path, kind: str, suffix: str) -> bytes:
    release = read_release(root, EXERCISE)
    solution = solution_cells(root, EXERCISE)
    entries = {entry.name: list(entry.cells) for entry in bank(root, EXERCISE)}
    cells = {
        "solution": solution,
        "broken_json": solution,
        "stub": [],
        "endless_loop": [*solution, ENDLESS],
        "syntax_error": [cell.replace("def fit(", "def fit(]") for cell in solution],
        **entries,
    }[kind]
    if suffix == ".py":
        parts = (cell if cell.startswith("# %%") else f"# %%\n{cell}" for cell in cells)
        return "\n".join(parts).encode()
    data = json.dumps(notebook_of(cells, release), indent=1).encode()
    return data[: len(data) // 2] if kind == "broken_json" else data


def _make_course(root: Path, course: Path) -> None:
    """An nbgrader course with the sample class in handed_in/ and in submitted/."""
    if course.exists() and not (course / MARKER).exists():
        raise BuildError(f"{course} is there already and no sample class: name another folder.")
    if course.exists():
        shutil.rmtree(course)
    course.mkdir(parents=True)
    (course / MARKER).touch()
    (course / "reports").mkdir()
    config = (root / "nbgrader_config.py").read_text(encoding="utf-8")
    limits = f"\nc.GradeInSandbox.limits = {_changed_limits()!r}\n"
    (course / "nbgrader_config.py").write_text(config + limits, encoding="utf-8")
    shutil.copytree(root / "source" / EXERCISE, course / "source" / EXERCISE)
    release = read_release(root, EXERCISE)
    for student, (name, content) in sample_files(root).items():
        handed_in = course / "handed_in" / student / name
        handed_in.parent.mkdir(parents=True)
        handed_in.write_bytes(content)
        submitted = course / "submitted" / student / EXERCISE / f"{EXERCISE}.ipynb"
        submitted.parent.mkdir(parents=True)
        submitted.write_text(json.dumps(_as_notebook(handed_in, release), indent=1))


def _changed_limits() -> dict[str, float]:
    usual = msgspec.to_builtins(Limits())
    return {
        name: value for name, value in msgspec.to_builtins(LIMITS).items() if value != usual[name]
    }


def _as_notebook(path: Path, release: dict[str, object]) -> dict[str, object]:
    """What was handed in as a notebook that nbgrader can read; if unreadable, a stub saying so."""
    try:
        data = path.read_bytes()
        if path.suffix == ".py":
            return notebook_of(script_cells(data), release)
        notebook_cells(data)
        notebook: dict[str, object] = json.loads(data)
        return notebook
    except UnreadableSubmission as error:
        note = {
            "cell_type": "markdown", "id": "not-readable", "metadata": {},
            "source": f"**What was handed in could not be graded:** {error}.",
        }  # fmt: skip
        cells = release["cells"]
        assert isinstance(cells, list)
        return {**release, "cells": [note, *cells]}


def _record(course: Path, console: "Console") -> None:
    """Run nbgrader's own commands in the sample course; what they say goes to nbgrader.log."""
    commands = (
        ["generate_assignment", EXERCISE],
        ["autograde", EXERCISE],
        ["generate_feedback", EXERCISE],
        ["export"],
    )
    with console.status("nbgrader") as status, (course / "nbgrader.log").open("w") as log:
        for command in commands:
            status.update(f"nbgrader {command[0]}")
            _nbgrader(command, course, log.fileno())
    names = ", ".join(command[0] for command in commands)
    console.print(f"Recorded by nbgrader's {names}", highlight=False)


def _nbgrader(command: Sequence[str], course: Path, log: int) -> None:
    line = [sys.executable, "-m", "nbgrader", *command]
    done = subprocess.run(line, cwd=course, stdout=log, stderr=log, check=False)
    if done.returncode:
        said = course / "nbgrader.log"
        raise BuildError(f"`nbgrader {' '.join(command)}` failed: {said} says why.")
