"""Extra credit, through nbgrader's own commands: on top of the maximum, and never a loss."""

import csv
import json
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sample_course import REPO
from test_manual_grading import hand_in, run
from test_nbgrader import new_course

from autograder.course.bank import notebook_of, read_release, solution_cells

EARNED = {"far": 12.0, "near": 10.0, "adjusted": 12.0}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with all pieces, one without the extra one, one whose extra cell a TA has looked at."""
    course = new_course(tmp_path_factory.mktemp("extra") / "course")
    release = read_release(REPO, "delayed_recall")
    solved = solution_cells(REPO, "delayed_recall")
    without = [cell for cell in solved if "def recall_far" not in cell]
    for student, cells in (("far", solved), ("near", without), ("adjusted", solved)):
        hand_in(course, "delayed_recall", student, notebook_of(cells, release))
    run(course, "generate_assignment delayed_recall --force", "autograde delayed_recall")
    return course


@pytest.mark.slow
def test_it_comes_on_top_and_a_ta_has_the_last_word(course: Path) -> None:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for student, points in EARNED.items():
            submission = gradebook.find_submission("delayed_recall", student)
            assert (submission.score, submission.max_score) == (points, 10)
            assert not submission.needs_manual_grade
        grade = gradebook.find_grade("extra", "delayed_recall", "delayed_recall", "adjusted")
        grade.manual_score, grade.extra_credit = 0, 1
        gradebook.db.commit()
    run(course, "autograde delayed_recall --force", "export", "generate_feedback delayed_recall")
    with (course / "grades.csv").open() as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == EARNED | {"adjusted": 11}
    page = (course / "feedback/far/delayed_recall/delayed_recall.html").read_text()
    assert "2 points of extra credit" in page


def test_its_cell_is_worth_nothing_by_itself() -> None:
    cells = read_release(REPO, "delayed_recall")["cells"]
    [cell] = [c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "extra"]
    assert cell["metadata"]["nbgrader"]["points"] == 0
    totals = json.loads((REPO / "autograder/checks/delayed_recall/exercise.json").read_text())
    assert totals["groups"]["extra"] == {"visible": 0, "total": 0, "extra": 2}
