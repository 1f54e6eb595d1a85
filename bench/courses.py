"""(c), (d) and the class: real command lines in a course of their own."""

import contextlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from . import asserted, notebooks
from .commands import run
from .contender import EXERCISE, ROOT, BenchError

SCORE = "select sum(coalesce(manual_score, auto_score, 0) + coalesce(extra_credit, 0)) from grade"


class ClassRun(NamedTuple):
    """How long a class took, from the command's start to its end, and the largest memory (RSS, in
    bytes) of any of its trusted processes."""

    students: int
    seconds: float
    memory: int


class Course:
    """An nbgrader course of one exercise in `folder`: released, with nothing submitted yet."""

    def __init__(self, folder: Path, with_kit: bool, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment
        solved = notebooks.source() if with_kit else notebooks.equivalent()
        notebooks.write(solved, folder / "source" / EXERCISE / f"{EXERCISE}.ipynb")
        if with_kit:
            config = (ROOT / "nbgrader_config.py").read_text()
            # All hand in the same, which is to be graded each time.
            config += '\nc.GradeInSandbox.memory = ""\n'
            (folder / "nbgrader_config.py").write_text(config)
        self._nbgrader("generate_assignment", folder)
        release = folder / "release" / EXERCISE / f"{EXERCISE}.ipynb"
        self._submission = notebooks.right_submission(notebooks.read(release), solved)

    def autograde(self, students: int) -> list[float]:
        """Seconds from one student's graded notebook to the next's, in one run for all students.

        So nbgrader's start, the first submission, and the kit's zygote with it, are apart.
        """
        copy = self._folder.with_name(f"{self._folder.name}-graded")
        shutil.copytree(self._folder, copy)
        for number in range(students):
            path = copy / "submitted" / f"student{number}" / EXERCISE / f"{EXERCISE}.ipynb"
            notebooks.write(self._submission, path)
        self._nbgrader("autograde", copy)
        self._require_full_marks(copy, students)
        graded = copy.glob(f"autograded/*/{EXERCISE}/{EXERCISE}.ipynb")
        times = sorted(path.stat().st_mtime_ns for path in graded)
        shutil.rmtree(copy)
        return [(later - sooner) / 1e9 for sooner, later in itertools.pairwise(times)]

    def grade_class(self, students: int) -> ClassRun:
        """`autograder class` on so many right notebooks, no two of the same code, all recorded."""
        copy = self._folder.with_name(f"{self._folder.name}-class")
        shutil.copytree(self._folder, copy)
        with (copy / "nbgrader_config.py").open("a") as config:
            config.write("c.GradeInSandbox.memory = '.remembered.sqlite'\n")
        for number in range(students):
            path = copy / "submitted" / f"student{number}" / EXERCISE / f"{EXERCISE}.ipynb"
            notebooks.write(notebooks.signed(self._submission, number), path)
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "autograder", "class", EXERCISE],
            cwd=copy, env=self._environment, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        if status:
            raise BenchError(f"`autograder class` ended with status {status}.")
        self._require_full_marks(copy, students)
        shutil.rmtree(copy)
        return ClassRun(students, seconds, usage.ru_maxrss * 1024)

    def _nbgrader(self, command: str, folder: Path) -> None:
        run([sys.executable, "-m", "nbgrader", command, EXERCISE], folder, self._environment)

    def _require_full_marks(self, folder: Path, students: int) -> None:
        """A time counts only for who did the work."""
        with contextlib.closing(sqlite3.connect(folder / "gradebook.db")) as gradebook:
            score = gradebook.execute(SCORE).fetchone()[0]
        if score != asserted.POINTS * students:
            raise BenchError(f"nbgrader gave {score} points to {students} right submissions.")
