"""Right submissions get every point, wrong ones lose theirs in the right checks, none more."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

import pytest
from conftest import TIGHT

from autograder import checks
from autograder.classroom.demo import CLASS, sample_files
from autograder.course.bank import Entry, bank
from autograder.course.validate import LEAST_RIGHT, LEAST_WRONG
from autograder.grading import Grader
from autograder.report import Report
from autograder.sandbox.inside import landlock
from autograder.sandbox.inside.limits import Limits
from autograder.submission import Submission, script_cells

ROOT = Path(__file__).parents[1]
EXERCISES = checks.exercises()
BANK = [(name, entry) for name in EXERCISES for entry in bank(ROOT, name)]
TimeLess = Callable[[Report], dict[str, object]]

HONEST = {
    "ada": 10, "ben": 10, "chloe": 10, "dmitri": 0, "elif": 8, "farid": 8.5, "grace": 0,
    "hiro": 4.5, "ines": 3, "jonas": 0, "kemal": 7.5, "lena": 8,
}  # fmt: skip
"""What each of the sample class has earned: see the bank for what each piece is worth."""

REASONS = {
    "dmitri": "not attempted",
    "elif": "backward through the graph a second time",
    "farid": "hidden state: expected shape (1, 2, 4), got (2, 4)",
    "grace": "loading the submission used more than 2 s of CPU time",
    "hiro": "ended its own process",
    "ines": "next_char_pairs",
    "jonas": "not valid JSON",
    "kemal": "SyntaxError",
    "lena": "expected 'ello'",
}


GROUPS = {
    "hello_rnn": {"shapes", "detachment", "accuracy"},
    "delayed_recall": {"shapes", "masking", "gradients", "accuracy"},
    "memorization": {"shapes", "masking", "recurrence", "ceiling", "accuracy"},
    "haiku_char_rnn": {"shapes", "detachment", "text", "sampling", "accuracy"},
    "bptt": {"shapes", "gradients"},
}
"""What checks are grouped by, extra credit apart."""


def reference(root: Path) -> Submission:
    cells = script_cells((root / "solutions" / "hello_rnn.py").read_bytes())
    return Submission("reference", "hello_rnn", cells)


@pytest.fixture(scope="module")
def judge() -> Iterator[Grader]:
    """Whom the bank is handed in to, under the limits that are shipped."""
    with Grader(Limits()) as grader:
        yield grader


@pytest.mark.parametrize(
    ("exercise", "entry"),
    BANK,
    ids=[f"{exercise}/{entry.name}" for exercise, entry in BANK],
)
def test_the_bank_is_judged_as_it_says(exercise: str, entry: Entry, judge: Grader) -> None:
    report = judge.grade(Submission(entry.name, exercise, list(entry.cells)))
    lost = {check.id: check.message for check in report.checks if check.status != "passed"}
    assert set(lost) == set(entry.loses), _beside(lost, entry.loses)
    assert all(lost.values()), "a lost check has no message"
    kept = [check for check in report.checks if check.id not in lost]
    assert report.score == pytest.approx(sum(check.max_points for check in kept))


def _beside(lost: Mapping[str, str], loses: Collection[str]) -> str:
    """What is to be said of checks that were lost and should not be, or the other way round."""
    unforeseen = [f"{name} is lost: {why}" for name, why in lost.items() if name not in loses]
    return "; ".join([*unforeseen, *(f"{name} is kept" for name in loses if name not in lost)])


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_bank_has_right_and_wrong_submissions(exercise: str) -> None:
    entries = [entry for name, entry in BANK if name == exercise]
    assert sum(not entry.loses for entry in entries) >= LEAST_RIGHT
    assert sum(bool(entry.loses) for entry in entries) >= LEAST_WRONG


@pytest.mark.parametrize("student", CLASS)
def test_the_sample_class_gets_what_it_earned_and_leaves_no_trace(
    student: str, grader: Grader, tmp_path: Path, root: Path, timeless: TimeLess, untouched: object
) -> None:
    name, content = sample_files(root)[student]
    path = tmp_path / name
    path.write_bytes(content)
    report = grader.grade_file(path, "hello_rnn", student)
    assert report.score == HONEST[student]
    assert REASONS.get(student, "") in report.reason
    assert "\n" not in report.reason
    assert timeless(grader.grade(reference(root))) == untouched


@pytest.fixture(scope="module")
def untouched(root: Path, timeless: TimeLess) -> dict[str, object]:
    """The reference's report from a sandbox that has seen no other submission."""
    with Grader(TIGHT) as fresh:
        return timeless(fresh.grade(reference(root)))


@pytest.mark.slow
def test_fifty_gradings_give_one_report(judge: Grader, root: Path, timeless: TimeLess) -> None:
    [wrong] = [entry for entry in bank(root, "hello_rnn") if entry.name == "wrong_no_zero_grad"]
    submissions = [reference(root), Submission("wrong", "hello_rnn", list(wrong.cells))]
    for submission, times in zip(submissions, (50, 10), strict=True):
        first = timeless(judge.grade(submission))
        for _ in range(times - 1):
            assert timeless(judge.grade(submission)) == first


@pytest.mark.parametrize("exercise", EXERCISES)
def test_points_are_ten_and_every_check_says_what_it_is(exercise: str) -> None:
    infos = checks.catalogue(exercise)
    assert sum(info.points for info in infos if not info.extra) == pytest.approx(10)
    assert len({info.id for info in infos}) == len(infos)
    assert len({info.title for info in infos}) == len(infos)
    assert all(info.hint and len(info.title) < 90 for info in infos)
    assert {info.group for info in infos if not info.extra} == GROUPS[exercise]


def test_the_report_says_what_isolation_and_versions_were_in_force(
    grader: Grader, root: Path
) -> None:
    report = grader.grade(reference(root))
    assert report.isolation == grader.sandbox.isolation
    assert set(report.versions) == {"python", "torch"}
    assert report.max_score == 10


def test_a_hidden_check_is_no_easier_to_read_than_a_missing_file(grader: Grader) -> None:
    """What a submission can list of the checks is nothing at all."""
    if grader.sandbox.isolation != "namespace" and not landlock.version():
        pytest.skip("nothing hides the file system here")
    folder = checks.FOLDER
    source = f"""
import os
def next_char_pairs(text, vocab):
    return os.path.exists({str(folder)!r}), open({str(folder / "hello_rnn/hidden.py")!r})
"""
    report = grader.grade(Submission("nosy", "hello_rnn", [source]))
    pairs = next(check for check in report.checks if check.id == "pairs_of_hello")
    assert "FileNotFoundError" in pairs.message or "PermissionError" in pairs.message
