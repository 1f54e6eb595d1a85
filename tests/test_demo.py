"""`autograder demo` from end to end: a class in, gradebook, feedback pages and grades out."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import unexpected
from nbgrader.api import Gradebook
from test_grading import HONEST


@pytest.mark.slow
def test_the_demo_records_what_each_has_earned(root: Path, tmp_path: Path) -> None:
    course = tmp_path / "a class"
    command = [sys.executable, "-m", "autograder", "demo", str(course)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert unexpected(done.stderr) == []
    for student, points in HONEST.items():
        assert f"{student}/hello_rnn" in done.stdout
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            assert gradebook.find_submission("hello_rnn", student).score == points
        assert (course / f"feedback/{student}/hello_rnn/hello_rnn.html").exists()
    with (course / "grades.csv").open() as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == HONEST
    page = (course / "feedback/elif/hello_rnn/hello_rnn.html").read_text()
    assert "train_step can go on from the hidden state it returned" in page
    assert "a second time" in page
    assert "reports/hello_rnn.html" in done.stdout
    whole = (course / "reports/hello_rnn.html").read_text()
    for student in HONEST:
        assert f"<bdi>{student}</bdi>" in whole
        assert f'href="../feedback/{student}/hello_rnn/hello_rnn.html"' in whole
    assert "could not be graded" in (course / "feedback/jonas/hello_rnn/hello_rnn.html").read_text()


def test_the_demo_leaves_a_folder_of_yours_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("dear to me")
    command = [sys.executable, "-m", "autograder", "demo", str(tmp_path)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "name another folder" in done.stderr
    assert (tmp_path / "mine.txt").exists()
