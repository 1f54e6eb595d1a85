"""nbgrader's own commands in a course of the kit: what is recorded, and what the pages show."""

import csv
import html
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from broken_notebooks import (
    EXERCISE,
    Notebook,
    changed,
    edits_grade_cells,
    output,
    role,
    solved,
)
from nbgrader.api import Gradebook
from sample_course import REPO

from autograder.course.bank import bank, notebook_of, read_release
from autograder.grading import Grader
from autograder.submission import Submission, code_cells

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)

pytestmark = pytest.mark.slow


def nbgrader(
    course: Path, *arguments: str, path: str = "/usr/bin:/bin"
) -> subprocess.CompletedProcess[str]:
    """One of nbgrader's commands in `course`, without the environment's scripts on the PATH."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(REPO), "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def new_course(folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(REPO / "nbgrader_config.py", folder)
    for step in ("source", "release"):
        shutil.copytree(REPO / step, folder / step)
    return folder


def hand_in(course: Path, student: str, notebook: Notebook | bytes) -> None:
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    path = course / "submitted" / student / EXERCISE / f"{EXERCISE}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)


def entry(name: str) -> Notebook:
    [found] = [entry for entry in bank(REPO, EXERCISE) if entry.name == name]
    return notebook_of(list(found.cells), read_release(REPO, EXERCISE))


# --- what students hand in; what else may befall a notebook is in broken_notebooks.py ---


def warns(notebook: Notebook) -> None:
    cell = role(notebook, "solution-train_step")
    cell["source"] = cell["source"].replace(
        "    optimizer.step()", "    import sys\n    print('careful', file=sys.stderr)\n"
        "    __import__('warnings').warn('NNPACK')\n    optimizer.step()"
    )  # fmt: skip


def attacks_the_reader(notebook: Notebook) -> None:
    script = "<script>alert('EVIL')</script>"
    attacks = [
        output({"text/html": f"{script}<img src=x onerror=EVIL><table><tr><td>KEPT</table>"}),
        output({"application/javascript": "EVIL()", "image/svg+xml": "<svg onload=EVIL()>"}),
        output({"image/png": f'AAAA"{script}', "text/markdown": "[x](javascript:EVIL)"}),
        {"output_type": "stream", "name": "stdout", "text": f"\x1b[31m{script} PRINTED\x1b[0m"},
        {"output_type": "error", "ename": script, "evalue": script, "traceback": [script]},
        output({"image/png": PNG}) | {"metadata": {"image/png": {"width": f'"{script}'}}},
    ]
    role(notebook, "solution-fit")["outputs"] = attacks
    texts = [
        f"A text. {script}", "<iframe src='https://EVIL.example'></iframe>", f"`{script}` in code",
        "[press](javascript:EVIL)", "```mermaid\n<img src=x onerror=EVIL>\n```",
        "![](attachment:x)",
    ]  # fmt: skip
    notebook["cells"] += [{"cell_type": "markdown", "source": t, "metadata": {}} for t in texts]
    notebook["cells"].append({"cell_type": "raw", "source": script, "metadata": {}})
    notebook["metadata"]["title"] = script
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": script}
    notebook["metadata"]["language_info"] = {"name": script, "pygments_lexer": script}
    notebook["cells"][0]["metadata"] = {"tags": [f'"{script}']}


RIGHT = {
    "plain": lambda notebook: None,
    "warns": warns,
    "edits": edits_grade_cells,
    "attacks": attacks_the_reader,
}
PARTIAL = ("wrong_no_detach", "wrong_time_first", "wrong_spell_forgets")
BROKEN = {"cut": b'{"cells": [{"cell_', "list": b"[1, 2]"}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which everybody has handed in, and everything was graded and written."""
    course = new_course(tmp_path_factory.mktemp("nbgrader") / "a course")
    for student, change in RIGHT.items():
        hand_in(course, student, changed(change))
    for student in PARTIAL:
        hand_in(course, student, entry(student))
    for student, data in BROKEN.items():
        hand_in(course, student, data)
    hand_in(course, "stub", read_release(REPO, EXERCISE))
    said = [
        nbgrader(course, "generate_assignment", EXERCISE, "--force"),
        nbgrader(course, "autograde", EXERCISE),
        nbgrader(course, "generate_feedback", EXERCISE),
        nbgrader(course, "export"),
    ]
    for result in said:
        assert result.returncode == 0, re.findall(r".*ERROR[^[]*", result.stderr)
    (course / "said").write_text("\n".join(result.stderr for result in said))
    return course


@pytest.fixture(scope="module")
def scores(course: Path) -> Iterator[Callable[[str], dict[str, float]]]:
    """The scores of a student's grade cells in the gradebook, none left for a human."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:

        def of(student: str) -> dict[str, float]:
            notebook = gradebook.find_submission_notebook(EXERCISE, EXERCISE, student)
            assert not notebook.needs_manual_grade
            assert notebook.max_score == 10
            return {grade.name: grade.auto_score for grade in notebook.grades}

        yield of


def page(course: Path, student: str) -> str:
    path = course / "feedback" / student / EXERCISE / f"{EXERCISE}.html"
    return path.read_text(encoding="utf-8")


# --- scores ---


@pytest.mark.parametrize("student", RIGHT)
def test_a_right_solution_gets_all_points_whatever_happened_to_its_notebook(
    scores: Callable[[str], dict[str, float]], student: str
) -> None:
    assert scores(student) == {"shapes": 4, "detachment": 3, "accuracy": 3}


@pytest.mark.parametrize("student", PARTIAL)
def test_partial_credit_arrives_exactly(
    scores: Callable[[str], dict[str, float]], grader: Grader, student: str
) -> None:
    cells = code_cells(entry(student)["cells"])
    report = grader.grade(Submission(student, EXERCISE, cells))
    assert 0 < report.score < 10
    assert scores(student) == {group: points for group, (points, _) in report.groups.items()}


@pytest.mark.parametrize("student", ["stub", *BROKEN])
def test_nothing_to_grade_is_zero_and_no_other_submission_suffers(
    scores: Callable[[str], dict[str, float]], student: str
) -> None:
    assert scores(student) == {"shapes": 0, "detachment": 0, "accuracy": 0}


def test_the_exported_scores_are_those_of_the_gradebook(
    course: Path, scores: Callable[[str], dict[str, float]]
) -> None:
    rows = list(csv.DictReader((course / "grades.csv").read_text().splitlines()))
    assert len(rows) == len(RIGHT) + len(PARTIAL) + len(BROKEN) + 1
    for row in rows:
        assert float(row["score"]) == math.fsum(scores(row["student_id"]).values())


# --- what people see ---


def test_nothing_is_said_that_nobody_can_act_on(course: Path) -> None:
    said = (course / "said").read_text()
    lines = filter(None, said.splitlines())
    assert [x for x in lines if not re.match(r"\[\w+App \| (INFO|WARNING|ERROR)\] ", x)] == []
    assert re.search(r"wrong_time_first/hello_rnn\.ipynb: [\d.]+ of 10 points\. \w", said)


def test_a_grade_cell_shows_its_table_and_a_plain_number(course: Path) -> None:
    path = course / "autograded" / "wrong_no_detach" / EXERCISE / f"{EXERCISE}.ipynb"
    shown, result = role(json.loads(path.read_text()), "detachment")["outputs"]
    assert shown["output_type"] == "display_data"
    assert "".join(shown["data"]["text/html"]).count("<tr") == 6
    assert result["output_type"] == "execute_result"
    assert result["data"]["text/plain"] == ["1.0"]


def test_the_page_gives_reasons_for_visible_checks_and_hints_for_hidden_ones(
    course: Path, grader: Grader
) -> None:
    source = html.unescape(page(course, "wrong_time_first"))
    text = " ".join(re.sub("<[^>]+>", " ", source).split())
    cells = code_cells(entry("wrong_time_first")["cells"])
    failed = [c for c in grader.grade(Submission("", EXERCISE, cells)).checks if c.message]
    assert {check.hidden for check in failed} == {True, False}
    messages = {" ".join(check.message.split()) for check in failed if not check.hidden}
    for check in failed:
        message = " ".join(check.message.split())
        assert check.title in text
        assert (message in text) is (message in messages)
        assert (check.hint in text) is check.hidden
    hidden = (REPO / "autograder" / "checks" / EXERCISE / "hidden.py").read_text()
    for secret in re.findall(r'cause = "([^"]{20,})"', hidden):
        assert secret not in text
        assert secret not in source


@pytest.mark.parametrize("student", BROKEN)
def test_the_page_of_a_broken_file_says_what_is_wrong_with_it(course: Path, student: str) -> None:
    reason = "it has no list of cells" if student == "list" else "is not valid JSON"
    assert reason in page(course, student)


def test_the_page_of_a_hostile_notebook_holds_nothing_that_acts(course: Path) -> None:
    text = page(course, "attacks")
    plain = page(course, "plain")
    # Whatever the student wrote is text; the page has nothing of the kind itself.
    for active in ("<script", "<iframe", "<svg", "onload=", "<object", 'javascript:EVIL"'):
        assert text.count(active) == plain.count(active) == 0
    assert not re.search(r"<[^>]*EVIL", text)
    assert "&lt;script&gt;alert" in text
    for kept in ("<td>KEPT", "PRINTED", PNG, "A text."):
        assert kept in text
    assert "\x1b" not in text
    assert "<b>4 of 4" not in page(course, "edits")


# --- a course without the plugin ---


def test_a_course_without_the_plugin_grades_through_check_itself(tmp_path: Path) -> None:
    course = new_course(tmp_path / "stock")
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    hand_in(course, "right", solved())
    hand_in(course, "wrong", entry("wrong_time_first"))
    for command in (["generate_assignment", "--force"], ["autograde"]):
        result = nbgrader(course, *command, EXERCISE, path=str(Path(sys.executable).parent))
        assert result.returncode == 0, result.stderr
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        given = {s.student.id: s.score for s in gradebook.assignment_submissions(EXERCISE)}
    assert given["right"] == 10
    assert 0 < given["wrong"] < 10
