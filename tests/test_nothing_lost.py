"""A class that is interrupted: what is finished stays, and only the rest is graded again."""

import contextlib
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
from pathlib import Path

import msgspec
import psutil
import pytest
from conftest import unexpected
from nbgrader.api import Gradebook
from sample_course import REPO
from test_manual_grading import hand_in as hand_in_notebook
from test_manual_grading import run
from test_nbgrader import nbgrader, new_course

from autograder import checks, remembered
from autograder.classroom.grade import MEMORY
from autograder.course.bank import notebook_of, read_release
from autograder.course.repeat import timeless
from autograder.grading import Grader
from autograder.remembered import Remembered, RememberedError, fingerprints_of
from autograder.report import Report
from autograder.sandbox.inside.limits import Limits
from autograder.submission import Submission

STUDENTS = 200
KILLS = 20
ATTEMPT = """
# {student}
def next_char_pairs(text, vocab):
    ids = [vocab[char] for char in text]
    return ids[:-1], ids[{number}:]
"""
"""Quick to grade and not the same for any two: nothing but the first piece is there."""


def hand_in(folder: Path, students: int) -> None:
    for number in range(students):
        file = folder / f"student{number:03}" / "hello_rnn.py"
        file.parent.mkdir(parents=True)
        file.write_text(ATTEMPT.format(student=number, number=number))


def start(*arguments: object, cwd: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "autograder", "grade", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(out: Path) -> dict[str, dict[str, object]]:
    """The reports that are there, without the time it took to make or remember them."""
    reports = {path.name: json.loads(path.read_bytes()) for path in out.glob("*.json")}
    for report in reports.values():
        report["seconds"] = 0
    return reports


def known(out: Path) -> int:
    """How many submissions the file of results knows of."""
    if not (out / MEMORY).exists():
        return 0
    with sqlite3.connect(out / MEMORY) as connection:
        rows = connection.execute("SELECT COUNT(DISTINCT submission) FROM results").fetchone()
    return int(rows[0])


def until(done: int, out: Path, process: "subprocess.Popen[str]") -> None:
    """Wait until so many reports are there, or the process has ended."""
    while process.poll() is None and len(list(out.glob("*.json"))) < done:
        time.sleep(0.01)


@pytest.mark.slow
def test_being_killed_loses_no_finished_result_and_a_rerun_does_only_the_rest(
    tmp_path: Path,
) -> None:
    hand_in(tmp_path / "in", STUDENTS)
    out, chance = tmp_path / "out", random.Random(0)
    for number in range(KILLS):
        before, stored = finished(out), known(out)
        process = start("in", "--out", "out", cwd=tmp_path)
        family = Family(process.pid)
        if number % 2:  # in the middle of the class; else while it is still starting
            until(len(before) + chance.randint(0, STUDENTS // KILLS), out, process)
        time.sleep(chance.random() * 0.5)
        family.grow()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        family.expect_gone()
        after = finished(out)
        assert {name: after[name] for name in before} == before
        assert known(out) >= max(stored, len(before))
    done = known(out)
    process = start("in", "--out", "out", cwd=tmp_path)
    said, complaints = process.communicate()
    assert process.returncode == 1
    assert not unexpected(complaints)
    assert f"{done} of {STUDENTS} were graded before" in said
    assert len(finished(out)) == STUDENTS
    assert sorted(os.listdir(out)) == sorted([MEMORY, *finished(out)])


class Family:
    """A process and what it has started."""

    def __init__(self, pid: int) -> None:
        self._top = psutil.Process(pid)
        self._all: list[psutil.Process] = []

    def grow(self) -> None:
        """Look who is there."""
        self._all = [self._top, *self._top.children(recursive=True)]

    def expect_gone(self) -> None:
        """All of them end by themselves; how soon depends on the machine."""
        _, alive = psutil.wait_procs(self._all, timeout=30)
        assert not alive


def test_two_runs_at_once_into_one_folder_agree(tmp_path: Path, root: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(6):
        attempt = ATTEMPT.format(student=number, number=number)
        (tmp_path / f"in/hello_rnn_{number}.py").write_text(attempt)
    runs = [start("in", "--out", "out", "--json", cwd=tmp_path) for _ in range(2)]
    outputs = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [1, 1], outputs
    first, second = (
        [timeless(report) for report in msgspec.json.decode(said, type=list[Report])]
        for said, _ in outputs
    )
    for mine, other in zip(first, second, strict=True):
        for name in mine.__struct_fields__:
            assert getattr(mine, name) == getattr(other, name), (mine.submission, name)
    assert len(finished(tmp_path / "out")) == 6
    assert known(tmp_path / "out") == 6


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_and_loses_nothing(full_disk: Path, tmp_path: Path) -> None:
    hand_in(tmp_path / "in", 40)
    process = start("in", "--out", full_disk, cwd=tmp_path)
    _, complaints = process.communicate()
    assert process.returncode == 2
    [line] = unexpected(complaints)
    assert "No space left on device" in line or "database or disk is full" in line
    kept = finished(full_disk)
    assert kept
    subprocess.run(["mount", "-o", "remount,size=64m", str(full_disk)], check=True)
    process = start("in", "--out", full_disk, cwd=tmp_path)
    said, complaints = process.communicate()
    assert process.returncode == 1
    assert len(finished(full_disk)) == 40
    assert "were graded before" in said
    assert not unexpected(complaints)


def test_a_folder_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "hello_rnn.py").write_text(ATTEMPT.format(student=1, number=1))
    (tmp_path / "out").write_text("a file, and no folder")
    process = start("hello_rnn.py", "--out", "out", cwd=tmp_path)
    _, complaints = process.communicate()
    assert process.returncode == 2
    assert len(unexpected(complaints)) == 1
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        process = start("hello_rnn.py", "--out", "locked", cwd=tmp_path)
        _, complaints = process.communicate()
        assert process.returncode == 2
        assert len(unexpected(complaints)) == 1


def test_a_file_of_results_that_is_damaged_is_named(tmp_path: Path) -> None:
    file = tmp_path / MEMORY
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(RememberedError, match=r"damaged .* delete it"):
        Remembered(file)


def test_a_locked_file_of_results_is_waited_for(tmp_path: Path) -> None:
    submission = Submission("a", "bptt", ["x = 1"])
    fingerprints = fingerprints_of("bptt", Limits())
    memory = Remembered(tmp_path / MEMORY)
    other = sqlite3.connect(tmp_path / MEMORY, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    memory._wait = 0.1
    with pytest.raises(RememberedError, match="wait for another run"):
        memory.recall(submission, fingerprints)
    other.rollback()
    other.close()
    assert memory.recall(submission, fingerprints) == ("", {})


def test_a_killed_zygote_costs_no_points(root: Path, grader: Grader) -> None:
    submission = Submission("solved", "bptt", [(root / "solutions/bptt.py").read_text()])
    killed: list[int] = []

    def kill(result: object) -> None:
        if not killed and grader.sandbox.pid is not None:
            killed.append(grader.sandbox.pid)
            for process in psutil.Process(grader.sandbox.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):  # a namespace ends with its first
                    process.kill()

    report = grader.grade(submission, kill)
    assert killed
    assert report.score == report.max_score == 10


def test_what_is_remembered_is_what_was_graded(tmp_path: Path) -> None:
    cells = [ATTEMPT.format(student=1, number=1)]
    with Grader(memory=Remembered(tmp_path / MEMORY)) as grader:
        fresh = grader.grade(Submission("first", "hello_rnn", cells))
        assert not grader.remembered
        again = grader.grade(Submission("first", "hello_rnn", cells))
        assert grader.remembered
        other = grader.grade(Submission("second", "hello_rnn", cells))
    assert same(fresh, again)
    assert other.submission == "second"
    with Grader(Limits(cpu_seconds=3), memory=Remembered(tmp_path / MEMORY)) as grader:
        grader.grade(Submission("first", "hello_rnn", cells))
        assert not grader.remembered, "other limits may lead to other results"


def same(report: Report, other: Report) -> bool:
    return [(c.id, c.status, c.points, c.message) for c in report.checks] == [
        (c.id, c.status, c.points, c.message) for c in other.checks
    ] and (report.score, report.problem) == (other.score, other.problem)


@pytest.mark.parametrize("exercise", checks.exercises())
def test_every_check_is_remembered_by_itself(exercise: str) -> None:
    fingerprints = fingerprints_of(exercise)
    assert list(fingerprints) == [info.id for info in checks.catalogue(exercise)]
    assert len(set(fingerprints.values())) == len(fingerprints)
    assert not set(fingerprints.values()) & set(fingerprints_of(exercise, Limits()).values())


def test_a_changed_check_is_the_only_one_to_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(checks.FOLDER / "bptt", tmp_path / "bptt")
    monkeypatch.setattr(checks, "FOLDER", tmp_path)
    before = fingerprints_of("bptt")
    hidden = tmp_path / "bptt/hidden.py"
    hidden.write_text(hidden.read_text().replace("points=0.5", "points=0.25", 1))
    remembered._functions_and_rest.cache_clear()
    after = fingerprints_of("bptt")
    assert len([name for name in before if before[name] != after[name]]) == 1
    hidden.write_text(f"LIMIT = 1\n{hidden.read_text()}")
    remembered._functions_and_rest.cache_clear()
    assert not set(after.values()) & set(fingerprints_of("bptt").values())
    remembered._functions_and_rest.cache_clear()


@pytest.mark.slow
def test_a_locked_gradebook_is_said_and_a_rerun_grades_nothing_twice(tmp_path: Path) -> None:
    course = new_course(tmp_path / "course")
    for student in ("ada", "ben"):
        hand_in_notebook(course, "bptt", student, notebook_of([], read_release(REPO, "bptt")))
    run(course, "generate_assignment bptt --force", "autograde bptt --student=ada")
    with contextlib.closing(sqlite3.connect(course / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked = nbgrader(course, "autograde", "bptt")
        other.rollback()
    assert locked.returncode != 0
    assert "database is locked" in locked.stderr
    run(course, "autograde bptt --force")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert {s.student_id for s in gradebook.assignment_submissions("bptt")} == {"ada", "ben"}
    assert (course / MEMORY).exists()
