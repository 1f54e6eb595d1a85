"""`autograder class`: a whole class, in parallel, into nbgrader's gradebook."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from class_of import make_class
from conftest import unexpected
from database import postgresql
from nbgrader.api import Gradebook
from sample_course import REPO
from test_nbgrader import nbgrader, new_course

from autograder.course.bank import read_release
from autograder.nbgrader_plugin import gradebook
from autograder.nbgrader_plugin.course import Course
from autograder.nbgrader_plugin.gradebook import GradebookError

EXERCISE = "hello_rnn"
STUDENTS = 12
STRANGE = {
    "empty": "no hello_rnn.ipynb in the folder",
    "loose": "no folder hello_rnn with hello_rnn.ipynb, but hello_rnn.ipynb: put it there",
    "misnamed": "no hello_rnn.ipynb in the folder: rename Hello RNN (1).ipynb if it is that",
}
"""Who has handed in something that is no submission, and what is said of it."""

pytestmark = pytest.mark.slow


def run(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", "class", *arguments], cwd=course, text=True,
        env={**os.environ, "PYTHONPATH": str(REPO), "COLUMNS": "160"}, capture_output=True,
        timeout=300, check=False,
    )  # fmt: skip


def released(folder: Path, more: str = "") -> Path:
    """A course in which hello_rnn is released and nobody has handed in anything."""
    course = new_course(folder)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.GradeInSandbox.limits = {{'cpu_seconds': 2}}\n{more}\n")
    done = nbgrader(course, "generate_assignment", EXERCISE, "--force")
    assert done.returncode == 0, done.stderr
    return course


def url(course: Path) -> str:
    return f"sqlite:///{course / 'gradebook.db'}"


def record(database: str) -> dict[str, Any]:
    """All that the gradebook holds of the submissions of hello_rnn, ids and times aside."""
    with Gradebook(database, "rnn") as book:
        return {
            s.student_id: (
                s.score, s.max_score, s.needs_manual_grade,
                sorted((g.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
                       for n in s.notebooks for g in n.grades),
                sorted((c.name, c.auto_comment, c.manual_comment)
                       for n in s.notebooks for c in n.comments),
            )
            for s in book.assignment_submissions(EXERCISE)
        }  # fmt: skip


def scores(database: str) -> dict[str, float]:
    return {student: entry[0] for student, entry in record(database).items()}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a class, a few strange folders among it."""
    course = released(tmp_path_factory.mktemp("class") / "a course")
    expected = make_class(course, STUDENTS)
    (course / "expected.json").write_text(json.dumps(expected))
    submitted = course / "submitted"
    (submitted / "empty" / EXERCISE).mkdir(parents=True)
    (submitted / "misnamed" / EXERCISE).mkdir(parents=True)
    (submitted / "loose").mkdir()
    first = submitted / "s0001" / EXERCISE / f"{EXERCISE}.ipynb"
    shutil.copy(first, submitted / "misnamed" / EXERCISE / "Hello RNN (1).ipynb")
    shutil.copy(first, submitted / "loose" / f"{EXERCISE}.ipynb")
    shutil.copy(first, submitted / "s0002" / EXERCISE / f"{EXERCISE}-1.ipynb")
    (submitted / "cut" / EXERCISE).mkdir(parents=True)
    (submitted / "cut" / EXERCISE / f"{EXERCISE}.ipynb").write_bytes(first.read_bytes()[:2000])
    with Gradebook(url(course), "rnn") as book:
        for student in [*expected, "cut"][1:]:  # the first is no participant
            book.add_student(student)
    return course


@pytest.fixture(scope="module")
def graded(course: Path) -> subprocess.CompletedProcess[str]:
    return run(course, EXERCISE)


def test_everybody_gets_what_they_deserve(
    course: Path, graded: subprocess.CompletedProcess[str]
) -> None:
    expected = json.loads((course / "expected.json").read_text())
    assert scores(url(course)) == {**expected, "cut": 0.0}
    assert not unexpected(graded.stderr)


def test_what_is_no_submission_is_a_row_that_says_what_to_do(
    graded: subprocess.CompletedProcess[str],
) -> None:
    assert graded.returncode == 1
    for student, reason in STRANGE.items():
        assert f"{student}/hello_rnn.ipynb" in graded.stdout
        assert reason in graded.stdout
    assert "cut/hello_rnn.ipynb" in graded.stdout
    assert "not valid JSON" in graded.stdout
    assert "s0001: new in the gradebook: is the name right?" in graded.stdout
    assert "s0002: not graded: hello_rnn-1.ipynb" in graded.stdout
    assert f"{STUDENTS + 1} graded and recorded, {len(STRANGE)} not recorded." in graded.stdout


def test_it_is_as_if_nbgrader_had_done_it(
    course: Path, graded: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    other = released(tmp_path / "other")
    # Where no notebook has the right name, nbgrader ends with an error, after all others.
    shutil.copytree(
        course / "submitted", other / "submitted", ignore=shutil.ignore_patterns(*STRANGE)
    )
    done = nbgrader(other, "autograde", EXERCISE)
    assert done.returncode == 0, done.stderr
    assert record(url(other)) == record(url(course))
    for path in sorted((other / "autograded").rglob("*.*")):
        twin = course / path.relative_to(other)
        assert twin.read_bytes() == path.read_bytes()
        assert twin.stat().st_mode == path.stat().st_mode
    assert sorted(os.listdir(other / "reports" / EXERCISE)) == sorted(
        name for name in os.listdir(course / "reports" / EXERCISE)
        if not name.startswith(tuple(STRANGE))
    )  # fmt: skip


def test_a_rerun_grades_only_what_changed_and_keeps_what_people_gave(
    course: Path, graded: subprocess.CompletedProcess[str]
) -> None:
    with Gradebook(url(course), "rnn") as book:
        for student in ("s0003", "s0004"):
            grade = book.find_grade("shapes", EXERCISE, EXERCISE, student)
            grade.manual_score = 0.25
            comment = book.find_comment("solution-fit", EXERCISE, EXERCISE, student)
            comment.manual_comment = "See me."
        book.db.commit()
    before = record(url(course))
    again = run(course, EXERCISE)
    assert f"0 graded and recorded, {STUDENTS + 1} unchanged" in again.stdout
    assert [row for row in again.stdout.splitlines() if "s0005/" in row] == [
        row for row in graded.stdout.splitlines() if "s0005/" in row
    ]
    assert record(url(course)) == before
    submitted = course / "submitted" / "s0004" / EXERCISE / f"{EXERCISE}.ipynb"
    submitted.write_text(json.dumps(read_release(REPO, EXERCISE)))
    shutil.rmtree(course / "autograded" / "s0005")
    again = run(course, EXERCISE)
    assert f"2 graded and recorded, {STUDENTS - 1} unchanged" in again.stdout
    after = record(url(course))
    assert {s for s in after if after[s] != before[s]} == {"s0004"}
    assert after["s0004"][0] == 0.25
    assert ("solution-fit", None, "See me.") in after["s0004"][4] or (
        "solution-fit", "No response.", "See me.") in after["s0004"][4]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda course: (course / "nbgrader_config.py").unlink(), "is no course"),
        (lambda course: (course / "gradebook.db").unlink(), "run `nbgrader generate_assignment"),
        (lambda course: shutil.rmtree(course / "submitted"), "Nobody has handed in hello_rnn"),
        (lambda course: sql(course, "ALTER TABLE grade DROP COLUMN extra_credit"), "db upgrade"),
        (lambda course: sql(course, "UPDATE grade_cells SET max_score = 7"), "an older course"),
        (lambda course: (course / "gradebook.db").write_bytes(b"no" * 5000), "is damaged"),
    ],
    ids=["no course", "never built", "nobody", "older nbgrader", "older course", "damaged"],
)
def test_what_cannot_be_done_is_one_sentence(
    course: Path, tmp_path: Path, spoil: Any, says: str
) -> None:
    spoilt = tmp_path / "spoilt"
    shutil.copytree(course, spoilt)
    spoil(spoilt)
    done = run(spoilt, EXERCISE)
    assert done.returncode == 2
    [line] = unexpected(done.stderr)
    assert says in line
    assert done.stdout == ""


def sql(course: Path, statement: str) -> None:
    with closing(sqlite3.connect(course / "gradebook.db")) as database, database:
        database.execute(statement)


def test_an_unknown_assignment_is_told_with_those_there_are(course: Path) -> None:
    done = run(course, "hello")
    assert done.returncode == 2
    assert "no assignment 'hello', only hello_rnn" in done.stderr


def test_a_locked_gradebook_is_told(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradebook, "WAIT_SECONDS", 0.2)
    gradebook._engine.cache_clear()
    with closing(sqlite3.connect(course / "gradebook.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GradebookError, match=r"locked.*end that, then repeat"):
            Course(course, EXERCISE)
        other.rollback()
    gradebook._engine.cache_clear()


def test_being_killed_loses_nothing_that_was_recorded(tmp_path: Path) -> None:
    course = released(tmp_path / "killed")
    expected, chance = make_class(course, 12), random.Random(1)
    for number in range(2):
        process = subprocess.Popen(
            [sys.executable, "-m", "autograder", "class", EXERCISE], cwd=course,
            env={**os.environ, "PYTHONPATH": str(REPO)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wanted = 4 * number + 2
        while process.poll() is None and len(scores(url(course))) < wanted:
            time.sleep(0.05)
        time.sleep(chance.random() * 0.3)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(True)]
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not psutil.wait_procs(family, timeout=30)[1]
    with closing(sqlite3.connect(course / ".remembered.sqlite")) as database:
        kept = database.execute("SELECT COUNT(*) FROM recorded").fetchone()[0]
    assert kept >= wanted - 2  # of two workers, each had one that was not wholly recorded
    done = run(course, EXERCISE)
    assert f"{12 - kept} graded and recorded, {kept} unchanged." in done.stdout
    assert scores(url(course)) == expected


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql() as found:
        yield found


def test_a_gradebook_in_postgresql_holds_the_same(
    course: Path, graded: subprocess.CompletedProcess[str], database: str, tmp_path: Path
) -> None:
    other = released(tmp_path / "other", f"c.CourseDirectory.db_url = {database!r}")
    expected = make_class(other, STUDENTS)
    done = run(other, EXERCISE)
    assert done.returncode == 0, done.stderr
    assert scores(database) == expected
    assert not (other / "gradebook.db").exists()
    assert f"0 graded and recorded, {STUDENTS} unchanged." in run(other, EXERCISE).stdout
    plain = nbgrader(other, "autograde", EXERCISE, "--force", "--student=s0001")
    assert plain.returncode == 0, plain.stderr
    for command in ("generate_feedback", "export"):
        assert nbgrader(other, command, *[EXERCISE][: command != "export"]).returncode == 0
    assert len((other / "grades.csv").read_text().splitlines()) == STUDENTS + 1


def test_a_database_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    course = new_course(tmp_path / "far")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.db_url = 'postgresql://kit:secret@127.0.0.1:1/rnn'\n")
    done = run(course, EXERCISE)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert "cannot be used" in line
    assert "secret" not in line
