"""A class of 300 on the whole road, by nbgrader's own commands, from releasing to returning.

Students fetch, submit and fetch their feedback through nbgrader's default exchange: three of them
in processes of their own, the others through the classes behind those commands, since a process
for each would take a quarter of an hour. One hands in by an archive.
"""

import csv
import html
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from class_of import REPO, signature
from road import (
    BY_ARCHIVE,
    BY_HAND,
    CODE,
    COMMENT,
    DAYS_LATE,
    IN_WORDS,
    MOST,
    STUDENTS,
    WORDS,
    Road,
    Row,
    grade,
    grade_by_hand,
    hand_back,
    hand_in,
    hand_out,
)

from autograder.course.leaks import telling_lines
from autograder.report import read_report, report_file

pytestmark = pytest.mark.slow

TOLD = [
    "Creating exchange directory: ",
    "Directory not found. Creating: ",
    "Removing existing assignment: ",
    ".* seconds late$",
    ".*[Ll]ate submission penalty",
    f"Not handed in by `nbgrader submit`.*: feedback/{BY_ARCHIVE}/{CODE}$",
]
"""What commands may warn of: each is something that was asked for, or somebody can act on."""


@pytest.fixture(scope="module")
def road() -> Iterator[Road]:
    """The whole road, gone to its end."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own would be closed to other users
        Path(folder).chmod(0o755)
        road = Road(Path(folder))
        for step in (hand_out, hand_in, grade, grade_by_hand, hand_back):
            step(road)
        yield road


def text(page: Path) -> str:
    return html.unescape(page.read_text(encoding="utf-8"))


# --- handing out and in ---


@pytest.mark.parametrize("assignment", [CODE, WORDS])
def test_nothing_hidden_is_released(road: Road, assignment: str) -> None:
    secret = {json.dumps(line)[1:-1] for line in telling_lines(REPO, assignment)}
    assert len(secret) > 20
    for place in (road.course / "release", road.exchange / "rnn" / "outbound"):
        [released] = [path for path in (place / assignment).rglob("*") if path.is_file()]
        assert released.name == f"{assignment}.ipynb"
        given = released.read_text(encoding="utf-8")
        assert [line for line in secret if line in given] == []


def test_everybodys_notebook_arrives_as_it_was_handed_in(road: Road) -> None:
    arrived = {path.name for path in (road.course / "submitted").iterdir()}
    assert arrived == road.handed_in[CODE].keys()
    for assignment, student in road.submissions():
        path = road.course / "submitted" / student / assignment / f"{assignment}.ipynb"
        assert json.loads(path.read_text()) == road.handed_in[assignment][student]


# --- scores ---


def test_every_score_in_the_gradebook_is_the_one_deserved(road: Road) -> None:
    with road.gradebook() as book:
        recorded = {
            (assignment, one.student.id): Row(one.score, one.late_submission_penalty)
            for assignment in (CODE, WORDS)
            for one in book.assignment_submissions(assignment)
        }
    deserved = road.deserved()
    assert recorded == {key: deserved[key] for key in road.submissions()}


def test_every_exported_score_is_the_one_deserved(road: Road) -> None:
    with (road.course / "grades.csv").open(newline="") as file:
        rows = {(row["assignment"], row["student_id"]): row for row in csv.DictReader(file)}
    deserved = road.deserved()
    assert rows.keys() == deserved.keys()
    names = ("raw_score", "late_submission_penalty", "score", "max_score")
    for (assignment, student), row in rows.items():
        wanted = deserved[assignment, student]
        exported = tuple(float(row[name]) for name in names)
        assert exported == (*wanted, wanted.score, MOST[assignment]), student
        assert row["last_name"] == f"No. {student}"


def test_being_late_costs_points_but_never_more_than_there_are(road: Road) -> None:
    with road.gradebook() as book:
        late = {
            (assignment, student): book.find_submission(assignment, student)
            for assignment, students in DAYS_LATE.items()
            for student in students
        }
        taken = {key: one.late_submission_penalty for key, one in late.items()}
        most = late[CODE, "s0018"].score
    assert taken == {
        (CODE, "s0010"): 1, (CODE, "s0018"): most, (CODE, "s0020"): 2, (CODE, BY_ARCHIVE): 1,
        (WORDS, "s0002"): 1, (WORDS, "s0003"): 1,
    }  # fmt: skip
    assert 0 < most < 30


def test_a_score_and_a_comment_given_by_hand_outlast_a_new_grading(road: Road) -> None:
    with road.gradebook() as book:
        for student in IN_WORDS:
            graded = book.find_grade("two-steps", WORDS, WORDS, student)
            comment = book.find_comment("two-steps", WORDS, WORDS, student)
            assert (graded.manual_score, comment.comment) == (BY_HAND, COMMENT.format(student))
        waiting = [
            (assignment, one.student.id)
            for assignment in (CODE, WORDS)
            for one in book.assignment_submissions(assignment)
            if one.needs_manual_grade
        ]
    # nbgrader asks people whether what they gave still holds.
    assert sorted(waiting) == [(WORDS, student) for student in IN_WORDS]


# --- handing back ---


def test_everybody_has_a_page_of_their_own_with_their_score(road: Road) -> None:
    deserved = road.deserved()
    for assignment, student in road.submissions():
        page = text(road.page(assignment, student))
        row, most = deserved[assignment, student], MOST[assignment]
        score = rf"\b{row.score:g}(\.0)?\s*(/|of)\s*{most}(\.0)?\b"  # "8.5 / 10.0", "8.5 of 10"
        assert re.search(score, page), student
        told_late = re.search("late submission penalty|handed in late", page, re.IGNORECASE)
        assert (told_late is not None) is (row.penalty > 0)
        if assignment == CODE:
            assert set(re.findall(signature(r"(s\d+)"), page)) == {student}
        else:
            comments = set(re.findall(COMMENT.format(r"(s\d+)"), page))
            assert comments == {student} & set(IN_WORDS)


def test_no_page_says_what_a_hidden_check_saw(road: Road) -> None:
    looked_for = 0
    for assignment, student in road.submissions():
        page = text(road.page(assignment, student))
        reports = road.course / "reports" / assignment
        report = read_report(report_file(reports, f"{student}/{assignment}.ipynb"))
        shown = {check.message for check in report.checks if not check.hidden}
        for check in report.checks:
            if check.hidden and check.message and check.message not in shown:
                assert check.message not in page
                looked_for += 1
    assert looked_for > STUDENTS / 2


def test_the_pages_come_back_to_their_students(road: Road) -> None:
    for assignment, student in road.submissions():
        fetched = list((road.homes / student / assignment / "feedback").rglob("*.html"))
        assert len(fetched) == (student != BY_ARCHIVE)
        for path in fetched:
            assert path.read_bytes() == road.page(assignment, student).read_bytes()


def test_the_commands_say_nothing_that_nobody_can_act_on(road: Road) -> None:
    told = re.compile(rf"\[\w+App \| (INFO\] |WARNING\] ({'|'.join(TOLD)}))")
    for command, said in road.said.items():
        strange = [line for line in said.splitlines() if line and not told.match(line)]
        assert (command, strange) == (command, [])
