"""Answers in words, through nbgrader's own commands: what is left to people, and what is not."""

import copy
import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sample_course import REPO
from test_nbgrader import nbgrader, new_course, role

from autograder import checks, kernel
from autograder.classroom.attempts import attempts
from autograder.classroom.finding import NothingToGrade, find
from autograder.course.bank import notebook_of, read_release, solution_cells
from autograder.sandbox.inside.loading import run_cells

Notebook = dict[str, Any]

ANSWER = "I am one room.\n\n$h_t = \\tanh(a_t)$ is how I **forget**; no `<b>` shall change that.\n"
SCHEME = "### BEGIN MARK SCHEME"
STUB = "*Write your answer here, in place of this line.*"


def change_answer(new: Callable[[str], str]) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        cell = role(notebook, "memory")
        cell["source"] = new("".join(cell["source"]))

    return change


def delete_answer(notebook: Notebook) -> None:
    notebook["cells"].remove(role(notebook, "memory"))


def claim_points(notebook: Notebook) -> None:
    task = role(notebook, "memory-marks")
    task["source"] = f"Full marks for everybody.\n{SCHEME}\n10 points\n### END MARK SCHEME"
    task["metadata"]["nbgrader"].update(points=10, locked=False)


UNANSWERED = {
    "untouched": lambda notebook: None,
    "respaced": change_answer(lambda text: f"\n {text}  \n\n"),
    "emptied": change_answer(lambda text: " \n"),
    "deleted": delete_answer,
    "claims": claim_points,
}
ANSWERED = {
    "written": change_answer(lambda text: ANSWER),
    "marked": change_answer(lambda text: ANSWER),
    "keeps": change_answer(lambda text: f"{text}\n{ANSWER}"),
}


def hand_in(course: Path, exercise: str, student: str, notebook: Notebook) -> None:
    path = course / "submitted" / student / exercise / f"{exercise}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))


def changed(exercise: str, change: Callable[[Notebook], None]) -> Notebook:
    notebook = copy.deepcopy(read_release(REPO, exercise))
    change(notebook)
    return notebook


def run(course: Path, *commands: str) -> None:
    for command in commands:
        done = nbgrader(course, *command.split())
        assert done.returncode == 0, re.findall(r".*ERROR[^[]*", done.stderr)
        # A locked cell that had been stripped of its mark scheme is no change by the student.
        assert "checksum" not in done.stderr


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which everybody has handed in, and everything was graded but by people."""
    course = new_course(tmp_path_factory.mktemp("manual") / "course")
    for student, change in (UNANSWERED | ANSWERED).items():
        hand_in(course, "reflection", student, changed("reflection", change))
    solved = notebook_of(solution_cells(REPO, "bptt"), read_release(REPO, "bptt"))
    hand_in(course, "bptt", "code", copy.deepcopy(solved))
    role(solved, "two-steps")["source"] = ANSWER
    hand_in(course, "bptt", "both", solved)
    for exercise in ("reflection", "bptt"):
        run(course, f"generate_assignment {exercise} --force", f"autograde {exercise}")
    return course


@pytest.fixture
def gradebook(course: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as opened:
        yield opened


def source_of(course: Path, step: str, exercise: str, name: str) -> str:
    path = course / step / exercise / f"{exercise}.ipynb"
    return "".join(role(json.loads(path.read_text()), name)["source"])


# --- in nbgrader ---


@pytest.mark.slow
@pytest.mark.parametrize("student", UNANSWERED)
def test_an_answer_left_as_it_was_is_0_points_and_nothing_to_do(
    gradebook: Gradebook, student: str
) -> None:
    notebook = gradebook.find_submission_notebook("reflection", "reflection", student)
    assert (notebook.score, notebook.max_score) == (0, 10)
    assert not notebook.needs_manual_grade
    assert {grade.name: grade.auto_score for grade in notebook.grades} == {
        "memory": 0,
        "memory-marks": 0,
    }


@pytest.mark.slow
@pytest.mark.parametrize("student", ANSWERED)
def test_a_written_answer_is_all_there_is_to_do(gradebook: Gradebook, student: str) -> None:
    notebook = gradebook.find_submission_notebook("reflection", "reflection", student)
    to_do = {grade.name for grade in notebook.grades if grade.needs_manual_grade}
    assert to_do == {"memory"}
    assert gradebook.find_grade("memory", "reflection", "reflection", student).auto_score is None


@pytest.mark.slow
def test_code_is_graded_beside_an_answer_in_words(gradebook: Gradebook) -> None:
    for student, to_do in (("code", set()), ("both", {"two-steps"})):
        notebook = gradebook.find_submission_notebook("bptt", "bptt", student)
        assert (notebook.score, notebook.max_score) == (10, 15)
        assert {grade.name for grade in notebook.grades if grade.needs_manual_grade} == to_do


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "name"), [("reflection", "memory"), ("bptt", "two-steps")])
def test_the_mark_scheme_is_for_those_who_grade(course: Path, exercise: str, name: str) -> None:
    released = (course / "release" / exercise / f"{exercise}.ipynb").read_text()
    assert "MARK SCHEME" not in released
    assert STUB in source_of(course, "release", exercise, name)
    for folder in (course / "autograded").glob(f"*/{exercise}"):
        shown = source_of(course, f"autograded/{folder.parent.name}", exercise, f"{name}-marks")
        assert shown == source_of(course, "source", exercise, f"{name}-marks")
        assert SCHEME in shown


@pytest.mark.slow
def test_an_answer_is_shown_as_it_was_written(course: Path) -> None:
    assert source_of(course, "autograded/written", "reflection", "memory") == ANSWER
    assert source_of(course, "autograded/emptied", "reflection", "memory") == STUB


@pytest.mark.slow
def test_a_score_given_by_hand_is_exported_and_stays(course: Path, gradebook: Gradebook) -> None:
    # What formgrader does when someone types a score.
    grade = gradebook.find_grade("memory", "reflection", "reflection", "marked")
    grade.manual_score, grade.needs_manual_grade = 7.5, False
    comment = gradebook.find_comment("memory", "reflection", "reflection", "marked")
    comment.manual_comment = "A fine room."
    gradebook.db.commit()
    run(course, "autograde reflection --student marked --force",
        "generate_feedback reflection --student marked", "export")  # fmt: skip
    rows = list(csv.DictReader((course / "grades.csv").read_text().splitlines()))
    scores = {row["student_id"]: row for row in rows if row["assignment"] == "reflection"}
    assert float(scores["marked"]["score"]) == 7.5
    assert {float(row["max_score"]) for row in scores.values()} == {10}
    assert {s for s, row in scores.items() if float(row["score"]) > 0} == {"marked"}
    page = (course / "feedback/marked/reflection/reflection.html").read_text()
    assert "A fine room." in page


# --- in the kit's own commands ---


def test_points_given_by_hand_are_known_without_the_solutions() -> None:
    assert checks.by_hand("bptt") == {"two-steps": 5}
    assert checks.by_hand("reflection") == {"memory": 10}
    assert checks.by_hand("hello_rnn") == {}
    assert "reflection" in checks.answered_in_words()
    assert "reflection" not in checks.exercises()
    assert checks.catalogue("reflection") == []


def test_a_submission_in_words_is_passed_over_or_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    written = tmp_path / "ada" / "reflection.ipynb"
    written.write_text("{}")
    for paths, exercise in (([written], None), ([tmp_path], None), ([tmp_path], "reflection")):
        with pytest.raises(NothingToGrade, match=r"graded by hand.*formgrader.*\.$"):
            find(paths, exercise)
    with pytest.raises(NothingToGrade, match="answered in words"):
        attempts(tmp_path, "reflection")
    (tmp_path / "ada" / "bptt.ipynb").write_text("{}")
    found, passed_over = find([tmp_path], None)
    assert [item.exercise for item in found] == ["bptt"]
    assert passed_over == ["ada/reflection.ipynb (graded by hand)"]


def test_a_notebook_in_words_has_nothing_to_check() -> None:
    module, problems = run_cells("reflection", solution_cells(REPO, "reflection"))
    assert problems == []
    assert kernel.exercise_of(module) is None
