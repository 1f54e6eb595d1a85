"""What students really hand in, through both commands: its code's score, or 0 and the reason."""

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from broken_notebooks import EXERCISE, FULL, GRADE_CELLS, HandedIn, code, handed_in, role, solved
from mutated_notebooks import mutated
from nbgrader.api import Gradebook
from nbgrader.preprocessors import CheckCellMetadata, OverwriteCells, OverwriteKernelspec
from test_nbgrader import nbgrader, new_course

from autograder.nbgrader_plugin.reading import read_notebook
from autograder.nbgrader_plugin.released import released_cells
from autograder.nbgrader_plugin.restore import RestoreCells
from autograder.nbgrader_plugin.sanitise import Sanitise
from autograder.submission import UnreadableSubmission, file_bytes, notebook_cells

SECRET = "do not tell anybody"
MUTATED = 1000
GRADED_TOO = range(0, MUTATED, 50)
"""Seeds of those that are also graded by both commands."""
LINK = "it is a link"


# --- files that are no files ---


def place_of(course: Path, student: str) -> Path:
    folder = course / "submitted" / student / EXERCISE
    folder.mkdir(parents=True)
    return folder / f"{EXERCISE}.ipynb"


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    # Its address may have 108 bytes only, so it is bound by its bare name.
    before = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def make_unreadable(path: Path) -> None:
    path.write_text(json.dumps(solved()))
    path.chmod(0)


def link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


NO_FILES: dict[str, tuple[Callable[[Path], None], str]] = {
    "link_to_secret": (link_to("../../../../secret.ipynb"), LINK),
    "link_to_classmate": (link_to(f"../../doubled/{EXERCISE}/{EXERCISE}.ipynb"), LINK),
    "link_to_passwords": (link_to("/etc/passwd"), LINK),
    "link_to_zeros": (link_to("/dev/zero"), LINK),
    "link_to_nothing": (link_to("nowhere"), LINK),
    "link_to_itself": (link_to(f"{EXERCISE}.ipynb"), LINK),
    "link_to_folder": (link_to("/"), LINK),
    "folder": (Path.mkdir, "it is a folder"),
    "pipe": (make_pipe, "a pipe, a socket or a device"),
    "socket": (make_socket, "a pipe, a socket or a device"),
}
if os.geteuid() != 0:  # root may read everything
    NO_FILES["unreadable"] = (make_unreadable, "cannot be read: Permission denied")

ODD_NAMES = ["-rf", "--help.py", "a\nb.py", "\x1b[31mred.py", "[red]x[.py", "\udcff\udc80.py",
             f"{'long' * 60}.py", " .py", "*.py", "ü\u202e.py"]  # fmt: skip


def surround(path: Path) -> None:
    """A right solution among much that should not be looked at."""
    path.write_text(json.dumps(solved()))
    beside = path.parent
    (beside / "notes.txt").symlink_to("../../../../secret.ipynb")
    (beside / f"{EXERCISE}.html").symlink_to("../../../../secret.ipynb")
    (beside / "zeros.txt").symlink_to("/dev/zero")
    (beside / "home").symlink_to("/")
    make_pipe(beside / "pipe.txt")
    make_pipe(beside / "timestamp.txt")
    make_socket(beside / "socket.txt")
    (beside / "other.ipynb").symlink_to("../../../../secret.ipynb")
    for name in ODD_NAMES:
        (beside / name).write_text("x = 1\n")
    with (beside / "huge.bin").open("wb") as file:
        file.truncate(10**12)  # a hole, until somebody copies it
    deep = beside
    with contextlib.suppress(OSError):
        for _ in range(700):
            deep = deep / "aaaaaa"
            deep.mkdir()
    (beside / "many").mkdir()
    for number in range(3000):
        (beside / "many" / f"{number}.tmp").touch()
    (beside / "data.csv").write_text("1, 2\n")


# --- a course in which all of this was handed in ---


@pytest.fixture(scope="module")
def cases() -> dict[str, HandedIn]:
    return handed_in()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, cases: dict[str, HandedIn]) -> Path:
    above = tmp_path_factory.mktemp("broken")
    course = new_course(above / "course")
    secret = solved()
    secret["cells"].append(code(f"# {SECRET}"))
    (above / "secret.ipynb").write_text(json.dumps(secret))
    for student, case in cases.items():
        place_of(course, student).write_bytes(case.data)
    for student, (make, _) in NO_FILES.items():
        make(place_of(course, student))
    for seed in GRADED_TOO:
        place_of(course, f"mutated_{seed}").write_bytes(mutated(seed))
    surround(place_of(course, "link_beside"))
    misnamed = place_of(course, "misnamed")
    misnamed.with_name("Hello RNN (1).ipynb").write_text(json.dumps(solved()))
    return course


@pytest.fixture(scope="module")
def reports(course: Path) -> dict[str, dict[str, Any]]:
    """What `autograder grade` says of each file, by its path in submitted/."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "submitted", "--json"],
        cwd=course, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return {report["submission"]: report for report in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def recorded(course: Path) -> dict[str, dict[str, float]]:
    """What `nbgrader autograde` has written into the gradebook, by student."""
    assert nbgrader(course, "generate_assignment", EXERCISE, "--force").returncode == 0
    done = nbgrader(course, "autograde", EXERCISE)
    failed = [line for line in done.stderr.splitlines() if "There was an error processing" in line]
    assert all("misnamed" in line for line in failed), done.stderr[-5000:]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        rows = {}
        for submission in gradebook.assignment_submissions(EXERCISE):
            [notebook] = submission.notebooks
            assert notebook.max_score == FULL
            assert submission.student.id == "misnamed" or not notebook.needs_manual_grade
            rows[submission.student.id] = {grade.name: grade.score for grade in notebook.grades}
        return rows


def shown(course: Path, student: str) -> str:
    """What the autograded notebook shows of the checks."""
    path = course / "autograded" / student / EXERCISE / f"{EXERCISE}.ipynb"
    texts = [role(json.loads(path.read_text()), name)["outputs"] for name in GRADE_CELLS]
    return "".join("".join(outputs[0]["data"]["text/plain"]) for outputs in texts)


def file_of(student: str) -> str:
    return f"{student}/{EXERCISE}/{EXERCISE}.ipynb"


# --- scores ---


@pytest.mark.slow
def test_every_notebook_gets_what_its_code_earns_from_autograder_grade(
    cases: dict[str, HandedIn], reports: dict[str, dict[str, Any]]
) -> None:
    for student, case in cases.items():
        report = reports[file_of(student)]
        said = json.dumps([report["problem"], *(check["message"] for check in report["checks"])])
        assert (student, report["score"]) == (student, case.score), said
        assert case.reason in said, student


@pytest.mark.slow
def test_every_notebook_gets_the_same_from_nbgrader_and_none_stops_the_batch(
    course: Path, cases: dict[str, HandedIn], recorded: dict[str, dict[str, float]]
) -> None:
    for student, case in cases.items():
        assert (student, sum(recorded[student].values())) == (student, case.score)
        assert case.reason.lower() in shown(course, student).lower(), student


@pytest.mark.slow
def test_what_is_no_file_is_0_points_with_the_reason(
    course: Path, reports: dict[str, dict[str, Any]], recorded: dict[str, dict[str, float]]
) -> None:
    for student, (_, reason) in NO_FILES.items():
        assert reports[file_of(student)]["score"] == 0
        assert reason in reports[file_of(student)]["problem"]
        assert sum(recorded[student].values()) == 0
        assert reason in shown(course, student).lower().replace("permission", "Permission")


@pytest.mark.slow
def test_what_lies_beside_a_notebook_costs_it_nothing(
    reports: dict[str, dict[str, Any]], recorded: dict[str, dict[str, float]]
) -> None:
    assert reports[file_of("link_beside")]["score"] == FULL
    assert sum(recorded["link_beside"].values()) == FULL
    # Every file that looks like a submission has its row, whatever its name is made of.
    scripts = [name for name in reports if name.startswith("link_beside/") and ".py" in name]
    assert len(scripts) == sum(name.endswith(".py") for name in ODD_NAMES)
    for name in scripts:
        name.encode()


@pytest.mark.slow
def test_no_row_is_missing(
    course: Path, reports: dict[str, dict[str, Any]], recorded: dict[str, dict[str, float]]
) -> None:
    students = {path.name for path in (course / "submitted").iterdir()}
    assert recorded.keys() == students
    assert {Path(name).parts[0] for name in reports} == students
    for seed in GRADED_TOO:
        assert 0 <= reports[file_of(f"mutated_{seed}")]["score"] <= FULL
        assert 0 <= sum(recorded[f"mutated_{seed}"].values()) <= FULL


# --- what is copied ---


@pytest.mark.slow
def test_nothing_outside_a_submission_is_copied_to_where_people_look(
    course: Path, recorded: dict[str, dict[str, float]]
) -> None:
    assert nbgrader(course, "generate_feedback", EXERCISE, "--student", "link*").returncode == 0
    copied = [path for step in ("autograded", "feedback") for path in (course / step).rglob("*")]
    assert not [
        path for path in copied if path.is_symlink() or not (path.is_dir() or path.is_file())
    ]
    files = [path for path in copied if path.is_file()]
    for path in files:
        assert SECRET.encode() not in file_bytes(path, 2**30), path
        assert b"root:x:0" not in path.read_bytes(), path
    names = {path.name for path in files}
    assert {"data.csv", "-rf", "--help.py", "[red]x[.py"} <= names
    assert "a\nb.py" not in names, "nbgrader would stop at it, the feedback page would show it"
    assert sum(path.stat().st_size for path in files) < 500 * 2**20
    assert len(files) < 4000


# --- a thousand ---


@pytest.mark.slow
def test_a_thousand_mutated_notebooks_are_read_cleaned_and_restored(
    course: Path, recorded: dict[str, dict[str, float]]
) -> None:
    where = {"student": "ada", "assignment": EXERCISE, "notebook": EXERCISE,
             "db_url": f"sqlite:///{course / 'gradebook.db'}"}  # fmt: skip
    resources = {"nbgrader": where}
    points = {cell.name: cell.points for cell in released_cells(resources)}
    ours = [Sanitise(), RestoreCells()]
    theirs = [OverwriteKernelspec(), OverwriteCells(add_missing_cells=True), CheckCellMetadata()]
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    refused = 0
    for seed in range(MUTATED):
        data = mutated(seed)
        try:
            notebook = read_notebook(data)
        except UnreadableSubmission as why:
            refused += 1
            with pytest.raises(UnreadableSubmission, match=str(why)[:20]):
                notebook_cells(data)
            continue
        assert all(isinstance(cell, str) for cell in notebook_cells(data))
        for step in [*ours, *(theirs if seed % 10 == 0 else [])]:
            notebook, _ = step.preprocess(notebook, resources)
        roles = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
        graded = {cell["grade_id"]: cell["points"] for cell in roles if cell["grade"]}
        assert graded == {name: worth for name, worth in points.items() if worth is not None}
        assert len({cell["grade_id"] for cell in roles}) == len(roles), seed
        nbformat.validate(notebook)
        nbformat.writes(notebook).encode()
    assert 100 < refused < 500
