"""A class on the whole road from releasing to returning, by nbgrader's own commands.

In the first assignment everybody hands in. In the second, small one people grade too.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from class_of import REPO, HandedIn, notebooks
from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import (
    Exchange,
    ExchangeFetchAssignment,
    ExchangeFetchFeedback,
    ExchangeSubmit,
)
from ordinary_user import UID, ordinary_user
from traitlets.config import Config

from autograder.course.bank import notebook_of, read_release, solution_cells

CODE, WORDS = "hello_rnn", "bptt"
MOST = {CODE: 10, WORDS: 15}
STUDENTS = 300
BY_COMMAND = ("s0001", "s0002", "s0003")
BY_ARCHIVE = f"s{STUDENTS:04}"

DUE = datetime(2099, 1, 1, 12)
DAYS_LATE = {
    CODE: {"s0010": 1, "s0018": 30, "s0020": 2, BY_ARCHIVE: 1},
    WORDS: {"s0002": 1, "s0003": 1},
}
LATE_POINTS = """
import math

from nbgrader.plugins import LateSubmissionPlugin


class PointADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return math.ceil(total_seconds_late / 86400)
"""

ANSWER = "The first state is reached twice, through $W_h$."
COMMENT = "Say also what happens to {}."
BY_HAND = 3.5
IN_WORDS = ("s0001", "s0002", "s0003")
"""Who has answered the second assignment in words; "s0004" has handed in code alone."""

STEPS: dict[str, type[Exchange]] = {
    "fetch_assignment": ExchangeFetchAssignment,
    "submit": ExchangeSubmit,
    "fetch_feedback": ExchangeFetchFeedback,
}


def class_of_300() -> Iterator[HandedIn]:
    """With results remembered for equal code, the road is as long, but sooner gone."""
    return notebooks(STUDENTS, CODE, alike=True)


class Row(NamedTuple):
    """What the gradebook and grades.csv have to say of a submission."""

    raw: float
    penalty: float

    @property
    def score(self) -> float:
        return self.raw - self.penalty


class Road:
    """A course in `folder`, its students' homes and the exchange between them.

    `said` is what each command printed on its stderr.
    """

    def __init__(self, folder: Path) -> None:
        self.course, self.exchange = folder / "course", folder / "exchange"
        self.homes = folder / "homes"
        self.said: dict[str, str] = {}
        code = {one.student: one.notebook for one in class_of_300()}
        self.handed_in = {CODE: code, WORDS: _answers()}
        self.course.mkdir()
        shutil.copytree(REPO / "source", self.course / "source")
        (self.course / "late_points.py").write_text(LATE_POINTS)
        (self.course / "nbgrader_config.py").write_text(
            (REPO / "nbgrader_config.py").read_text()
            + f"c.Exchange.root = {str(self.exchange)!r}\n"
            + "c.ExchangeCollect.check_owner = False  # here one account stands for many\n"
            + "c.AssignLatePenalties.plugin_class = 'late_points.PointADay'\n"
        )

    def deserved(self) -> dict[tuple[str, str], Row]:
        """By assignment and student; of the second assignment for everybody too, mostly 0."""
        raw = {(CODE, one.student): one.expected for one in class_of_300()}
        raw |= {(WORDS, student): 0.0 for student in self.handed_in[CODE]}
        given = (10 + BY_HAND, 10 + BY_HAND, BY_HAND, 10.0)
        raw |= {(WORDS, who): score for who, score in zip(_answers(), given, strict=True)}
        return {
            (assignment, student): Row(score, min(score, DAYS_LATE[assignment].get(student, 0)))
            for (assignment, student), score in raw.items()
        }

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.course / 'gradebook.db'}", "rnn")

    def page(self, assignment: str, student: str) -> Path:
        """The student's feedback page, as it was made."""
        return self.course / "feedback" / student / assignment / f"{assignment}.html"

    def submissions(self) -> Iterator[tuple[str, str]]:
        """(assignment, student) of all that is handed in."""
        for assignment, handed_in in self.handed_in.items():
            yield from ((assignment, student) for student in handed_in)

    # --- commands ---

    def teacher(self, *command: str) -> None:
        """One command in the course, which has to succeed."""
        more = {"PYTHONPATH": str(REPO)}
        self.said[" ".join(command[-3:])] = _run(command, self.course, more)

    def nbgrader(self, *command: str) -> None:
        self.teacher(sys.executable, "-m", "nbgrader", *command)

    def students(self, command: str, assignment: str) -> None:
        """Each student's command: some in processes of their own, at once, the others in ours."""
        who = [student for student in self.handed_in[assignment] if student != BY_ARCHIVE]
        apart = [student for student in who if student in BY_COMMAND and assignment == CODE]
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda student: self._apart(command, assignment, student), apart))
        for student in who:
            if student not in apart:
                self._here(STEPS[command], assignment, student)

    def write(self, assignment: str) -> None:
        """What the students make of the notebooks they have fetched."""
        for student, notebook in self.handed_in[assignment].items():
            path = self.homes / student / assignment / f"{assignment}.ipynb"
            if student != BY_ARCHIVE:
                assert json.loads(path.read_text()) == read_release(REPO, assignment)
                path.write_text(json.dumps(notebook))

    def _apart(self, command: str, assignment: str, student: str) -> None:
        """As another user, where root runs the tests and there can be one."""
        home = self._home(student)
        become = ordinary_user(REPO) or []
        for path in (home, *home.rglob("*")) if become else ():
            os.chown(path, UID, UID)
        words = [*become, sys.executable, "-m", "nbgrader", command, assignment,
                 "--course=rnn", f"--student={student}"]  # fmt: skip
        self.said[f"{command} {student}"] = _run(words, home, {"HOME": str(home)})

    def _here(self, step: type[Exchange], assignment: str, student: str) -> None:
        home = self._home(student)
        places = {"root": str(self.exchange), "cache": f"{home}/cache", "assignment_dir": str(home)}
        names = {"course_id": "rnn", "assignment_id": assignment, "student_id": student}
        config = Config({"Exchange": places, "CourseDirectory": names})
        folders, access = CourseDirectory(config=config), Authenticator(config=config)
        step(coursedir=folders, authenticator=access, config=config).start()

    def _home(self, student: str) -> Path:
        home = self.homes / student
        if not home.is_dir():
            home.mkdir(parents=True)
            config = f"c = get_config()\nc.Exchange.root = {str(self.exchange)!r}\n"
            (home / "nbgrader_config.py").write_text(config)
        return home


# --- the steps, in their order ---


def hand_out(road: Road) -> None:
    """Assignments and students are entered, then both notebooks released."""
    due = f"name,duedate\n{CODE},{DUE} UTC\n{WORDS},{DUE} UTC\n"
    (road.course / "assignments.csv").write_text(due)
    names = "".join(f"{student},Ada,No. {student}\n" for student in road.handed_in[CODE])
    (road.course / "students.csv").write_text(f"id,first_name,last_name\n{names}")
    road.nbgrader("db", "assignment", "import", "assignments.csv")
    road.nbgrader("db", "student", "import", "students.csv")
    for assignment in (CODE, WORDS):
        road.nbgrader("generate_assignment", assignment)
        road.nbgrader("release_assignment", assignment)


def hand_in(road: Road) -> None:
    """Fetched, solved, submitted, collected: one by an archive, some late."""
    for assignment in (CODE, WORDS):
        road.students("fetch_assignment", assignment)
        road.write(assignment)
        road.students("submit", assignment)
        road.nbgrader("collect", assignment)
    archive = road.course / "downloaded" / CODE / "archive" / "class.zip"
    archive.parent.mkdir(parents=True)
    time = f"{_when(CODE, BY_ARCHIVE):%Y-%m-%d-%H-%M-%S}"
    with zipfile.ZipFile(archive, "w") as opened:
        name = f"{CODE}_{BY_ARCHIVE}_attempt_{time}_{CODE}.ipynb"
        opened.writestr(name, json.dumps(road.handed_in[CODE][BY_ARCHIVE]))
    road.nbgrader("zip_collect", CODE)
    for assignment, late in DAYS_LATE.items():
        for student in set(late) - {BY_ARCHIVE}:
            path = road.course / "submitted" / student / assignment / "timestamp.txt"
            path.write_text(f"{_when(assignment, student)} UTC")


def grade(road: Road) -> None:
    """The class is graded."""
    road.teacher(str(Path(sys.executable).with_name("autograder")), "class", CODE)


def grade_by_hand(road: Road) -> None:
    """The second assignment is graded by the checks, by a person, and once more by the checks."""
    road.nbgrader("autograde", WORDS)
    with road.gradebook() as book:  # what formgrader does when someone types
        for student in IN_WORDS:
            graded = book.find_grade("two-steps", WORDS, WORDS, student)
            assert graded.needs_manual_grade
            graded.manual_score, graded.needs_manual_grade = BY_HAND, False
            comment = book.find_comment("two-steps", WORDS, WORDS, student)
            comment.manual_comment = COMMENT.format(student)
        book.db.commit()
    # nbgrader takes points for being late when it grades, from those there are by then.
    road.nbgrader("autograde", WORDS, "--force")


def hand_back(road: Road) -> None:
    """Pages are made, released and fetched, and the scores exported."""
    for assignment in (CODE, WORDS):
        road.nbgrader("generate_feedback", assignment)
        road.nbgrader("release_feedback", assignment)
        road.students("fetch_feedback", assignment)
    road.nbgrader("export")


def _when(assignment: str, student: str) -> datetime:
    """When a late one is handed in; a day that has begun counts."""
    return DUE + timedelta(days=DAYS_LATE[assignment][student], hours=-1)


def _answers() -> dict[str, dict[str, Any]]:
    release = read_release(REPO, WORDS)
    solved = notebook_of(solution_cells(REPO, WORDS), release)
    both = _with_words(solved)
    return {"s0001": both, "s0002": both, "s0003": _with_words(release), "s0004": solved}


def _with_words(notebook: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(notebook))
    for cell in made["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "two-steps":
            cell["source"] = ANSWER
    return made


def _run(command: Sequence[str], folder: Path, more: dict[str, str]) -> str:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "XDG"))}
    done = subprocess.run(
        command, cwd=folder, env=inherited | more, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stderr
