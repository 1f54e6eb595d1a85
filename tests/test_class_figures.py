"""What reports say of a class: what its submissions ran into, and the figures on its page."""

import re
from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from autograder.classroom.anonymous import anonymous
from autograder.classroom.class_figures import (
    Student,
    check_rows,
    group_rows,
    longest,
    score_counts,
    wrong_answers,
)
from autograder.course.bank import solution_cells
from autograder.grading import Grader
from autograder.report import CheckResult, Report, to_json
from autograder.submission import Submission
from security.attacks import Targets, attacks

REPO = Path(__file__).parents[1]
EXERCISE = "hello_rnn"

NETWORK = "import urllib.request\nurllib.request.urlopen('http://example.org')\n"
HUSHED = "try:\n    open('/usr/left', 'w')\nexcept OSError:\n    pass\n"


def graded(grader: Grader, more: str) -> Report:
    """The report on the solution with `more` after it."""
    cells = [*solution_cells(REPO, EXERCISE), more]
    return grader.grade(Submission("loaded", EXERCISE, cells))


# --- what a submission ran into ---

BANK = {attack.name: attack for attack in attacks(REPO)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("attack", "met"),
    [("exhaust/loop_in_a_check", "limit"), ("exhaust/memory_of_python", "limit"),
     ("exhaust/output", "limit"), ("corrupt/length_that_lies", "limit"),
     ("escape/mount", "forbidden"), ("escape/server", "forbidden"),
     ("read/environment_of_others", "forbidden"), ("escape/replace_the_grader", "forbidden"),
     ("corrupt/tensor_bytes_that_disagree", "forbidden"), ("corrupt/replies_doubled", "forbidden"),
     ("forge/end_the_process", ""), ("forge/nan_everywhere", "")],
)  # fmt: skip
def test_a_report_says_what_the_code_ran_into(grader: Grader, attack: str, met: str) -> None:
    if grader.sandbox.isolation != "namespace" and (BANK[attack].needs or "/tensor" not in attack):
        pytest.skip("without a namespace, some are met by other walls, and some by none")
    aims = Targets("/s", "/g", "/o", "/c", 9, "/u", "/d", "a", 1).cell()
    report = grader.grade(Submission(attack, EXERCISE, [aims, *BANK[attack].cells]))
    assert {check.met for check in report.checks} - {""} == ({met} if met else set())


@pytest.mark.parametrize(
    ("more", "met"), [("", ""), (HUSHED, ""), (NETWORK, "forbidden"), ("[0] * 2**40", "limit")]
)
def test_so_does_one_whose_code_ran_into_it_while_it_was_loaded(
    grader: Grader, more: str, met: str
) -> None:
    report = graded(grader, more)
    assert report.score == 10
    assert {check.met for check in report.checks} == {met}
    assert {check.status for check in report.checks} == {"passed"}


def test_a_report_of_before_is_read_as_having_met_nothing(grader: Grader) -> None:
    old = re.sub(rb',\s*"met": "[a-z]*"', b"", to_json(graded(grader, NETWORK)))
    assert b'"met"' not in old
    assert {check.met for check in msgspec.json.decode(old, type=Report).checks} == {""}


# --- the figures ---


def a_check(name: str, status: str, message: str = "", seconds: float = 1.0) -> CheckResult:
    points = 1.0 if status == "passed" else 0.0
    return CheckResult(
        name, f"group of {name}", f"title of {name}", False, status, points, 1.0, message, "",
        seconds,
    )  # type: ignore[arg-type]  # fmt: skip


def a_student(number: int, *checks: CheckResult, seconds: float = 0.0) -> Student:
    score = sum(check.points for check in checks)
    name = f"s{number}/e.ipynb"
    made = Report(name, "e", score, float(len(checks)), "none", {}, seconds, "", list(checks))
    return Student(number, f"s{number}", made)


def test_scores_are_counted_from_each_tenth_up_to_the_next_and_the_full_ones_apart() -> None:
    scores = [0.0, 0.5, 1.0, 6.999, 7.0, 9.5, 10.0, 12.0]
    counts = score_counts(scores, 10.0)
    assert [low for low, _ in counts] == list(range(11))
    assert [number for _, number in counts] == [2, 1, 0, 0, 0, 0, 1, 1, 0, 1, 2]
    tenths = [number * 0.1 for number in range(11)]  # 0.30000000000000004 among them
    assert [number for _, number in score_counts(tenths, 1.0)] == [1] * 11


def test_checks_and_groups_are_counted_by_verdict() -> None:
    students = [
        a_student(1, a_check("a", "passed"), a_check("b", "failed")),
        a_student(2, a_check("a", "timeout"), a_check("b", "not_attempted")),
    ]
    first, second = check_rows(students)
    assert (first.check.id, first.counts, first.rate) == ("a", {"passed": 1, "timeout": 1}, 0.5)
    assert (second.counts, second.rate) == ({"failed": 1, "not_attempted": 1}, 0.0)
    group, _ = group_rows(students)
    assert (group.name, group.mean, group.most, group.full) == ("group of a", 0.5, 1.0, 1)


def test_one_mistake_that_several_checks_see_is_one_wrong_answer() -> None:
    def raised(line: int) -> str:
        return f"f raised E: no (cell 2, line {line}: x(y(z))). Likely cause: a (b)."

    students = [
        a_student(1, a_check("a", "failed", raised(1)), a_check("b", "failed", "alike")),
        a_student(2, a_check("a", "failed", raised(2)), a_check("b", "crashed", "alike")),
        a_student(3, a_check("a", "failed", "other"), a_check("b", "passed")),
        a_student(4, a_check("a", "not_attempted", "none"), a_check("b", "not_attempted")),
    ]
    common, rare = wrong_answers(students)
    assert [student.number for student in common.students] == [1, 2]
    assert [(message, [check.id for check in by]) for message, by in common.said] == [
        ("f raised E: no. Likely cause: a (b).", ["a"]), ("alike", ["b"]),
    ]  # fmt: skip
    assert [student.number for student in rare.students] == [3]


def test_those_that_took_longest_come_first_remembered_or_not() -> None:
    students = [
        a_student(number, a_check("a", "passed", seconds=float(number)), seconds=0.001)
        for number in range(1, 20)
    ]
    median, slowest = longest(students)
    assert median == 10.0
    assert [student.number for student in slowest] == list(range(19, 9, -1))


# --- without names ---


def test_the_order_of_the_nameless_is_always_the_same_and_not_that_of_names() -> None:
    some = a_student(1, a_check("a", "failed", "other")).report
    reports = [
        structs.replace(some, submission=f"{number:02}/e.ipynb", score=float(number))
        for number in range(30)
    ]
    later = [
        structs.replace(one, seconds=9.0, checks=[structs.replace(c, seconds=8.0)
                                                  for c in one.checks])
        for one in reversed(reports)
    ]  # fmt: skip
    order = [report.score for report in anonymous(reports)]
    assert [report.score for report in anonymous(later)] == order
    assert [report.submission for report in anonymous(later)][:2] == ["Student 1", "Student 2"]
    # The names alone do not give it away: with another result somewhere it is another one.
    others = [structs.replace(reports[0], problem="another"), *reports[1:]]
    assert [report.score for report in anonymous(others)] != order
    assert order != sorted(order)
