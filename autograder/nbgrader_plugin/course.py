"""An assignment of a course, as nbgrader's configuration, folders and gradebook describe it."""

import contextlib
import errno
import glob
import hashlib
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import nbgrader
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import temp_attrs
from sqlalchemy.exc import SQLAlchemyError

from autograder import checks
from autograder.nbgrader_plugin import gradebook
from autograder.nbgrader_plugin.grade import GradeInSandbox, Settings, exercise_of
from autograder.nbgrader_plugin.gradebook import GradebookError
from autograder.nbgrader_plugin.handed_in import plain_files
from autograder.remembered import RememberedError
from autograder.report import Report, points_text
from autograder.sandbox.walls import SandboxError
from autograder.submission import NOTEBOOK_BYTES, SUFFIXES, UnreadableSubmission, file_bytes
from autograder.tables import one_line

_NOWHERE_TO_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class CourseError(Exception):
    """The assignment, or one submission, cannot be graded; one sentence says what to do."""


class HandedIn(msgspec.Struct, frozen=True):
    """What one student handed in: `problem` says why it cannot be graded, "" if it can; `note`
    what else there is to know, "" for nothing."""

    student: str
    problem: str = ""
    note: str = ""


class Course:
    """One assignment of the course in a folder, to be graded by this process and its forks.

    Raises:
        CourseError: it is no course of nbgrader's, or has no such assignment.
        GradebookError: the gradebook cannot be used; from every method.
    """

    def __init__(self, root: Path, assignment: str) -> None:
        self.assignment = assignment
        self._app = _configured(root, assignment)
        self._folders = self._app.coursedir
        self.settings: Settings = GradeInSandbox(parent=self._app).settings(self._folders.root)
        gradebook.share_engines()
        gradebook.require_usable(self._folders.db_url, self._folders.course_id)
        with self._gradebook() as book:
            self._released = _released(book, assignment)

    @property
    def exercises(self) -> dict[str, str]:
        """{notebook: exercise}, of its notebooks for which there are checks."""
        found = {name: exercise_of(name, self.assignment) for name in self._released}
        return {name: exercise for name, exercise in found.items() if exercise is not None}

    @property
    def reports(self) -> Path | None:
        """Where the reports on this assignment are kept; None if they are not."""
        folder = self.settings.reports
        return None if folder is None else folder / self.assignment

    def submissions(self, student: str) -> dict[str, str]:
        """{the name of a submission in its report: exercise}, of a student's checked notebooks."""
        return {f"{student}/{name}.ipynb": exercise for name, exercise in self.exercises.items()}

    def handed_in(self) -> list[HandedIn]:
        """Whatever lies in submitted/ for this assignment, in the order of the students' names."""
        with self._gradebook() as book:
            known = {student.id for student in book.students}
        folders = sorted(self._submitted().items())
        return [self._seen(student, Path(folder), known) for student, folder in folders]

    def autograde(self, student: str) -> list[Report]:
        """Grade and record what a student handed in, as `nbgrader autograde --force` does.

        Of a notebook without checks there is no report. Raises CourseError if it could not be
        recorded; SandboxError, RememberedError or OSError if others cannot be graded either.
        """
        with temp_attrs(self._folders, student_id=glob.escape(student)):
            converter = _Autograde(coursedir=self._folders, parent=self._app)
            converter.force = True
            try:
                converter.start()
            except Exception as error:
                self._explain(converter.error or error)
        return converter.reports

    def digests(self, conditions: object) -> dict[str, str]:
        """{student: a digest of all that the record of a submission depends on}.

        That is what was handed in and released, the configuration, nbgrader and the kit's plugin,
        and `conditions`.
        """
        config = Path(self._folders.root, "nbgrader_config.py")
        sources = [config, *sorted(Path(__file__).parent.rglob("*.*"))]
        common = [repr(conditions), repr(self._released), nbgrader.__version__]
        common += [_digest(path.read_bytes()) for path in sources if path.is_file()]
        return {
            student: _digest(*common, *_contents(folder, self._folders.ignore))
            for student, folder in self._submitted().items()
        }

    def recorded(self) -> set[str]:
        """Students whose submission is in the gradebook and among the autograded ones."""
        with self._gradebook() as book:
            known = {s.student_id for s in book.assignment_submissions(self.assignment)}
        return {name for name in known if os.path.isdir(self._path("autograded", name))}

    def left_to_people(self) -> int:
        """How many submissions have an answer that waits to be graded by hand."""
        with self._gradebook() as book:
            found = book.assignment_submissions(self.assignment)
            return sum(bool(submission.needs_manual_grade) for submission in found)

    @contextlib.contextmanager
    def _gradebook(self) -> Iterator[Gradebook]:
        url = self._folders.db_url
        try:
            with Gradebook(url, self._folders.course_id) as book:
                yield book
        except SQLAlchemyError as error:
            raise GradebookError(gradebook.what_to_do(error, url)) from None

    def _submitted(self) -> dict[str, str]:
        """{student: folder}, of who has one for this assignment, or something of a like name."""
        named = re.compile(
            self._folders.format_path(
                self._folders.submitted_directory,
                "(?P<student>.*)",
                re.escape(self.assignment),
                escape=True,
            )
        )
        paths = glob.glob(self._path("submitted", "*"))
        found = {match["student"]: path for path in paths if (match := named.fullmatch(path))}
        for path in glob.glob(os.path.join(self._folders.submitted_directory, "*", "")):
            student = os.path.basename(os.path.dirname(path))
            if student not in found and _like(self.assignment, path):
                found[student] = self._path("submitted", student)
        return found

    def _path(self, step: str, student: str) -> str:
        folder = getattr(self._folders, f"{step}_directory")
        made: str = self._folders.format_path(folder, student, self.assignment)
        return made

    def _seen(self, student: str, folder: Path, known: set[str]) -> HandedIn:
        wanted = [f"{name}.ipynb" for name in self._released]
        if not folder.is_dir():
            meant = ", ".join(_like(self.assignment, str(folder.parent)))
            text = f"no folder {self.assignment} with {wanted[0]}, but {meant}: put it there"
            return HandedIn(student, one_line(text))
        there = sorted(path.name for path in folder.iterdir() if path.suffix in SUFFIXES)
        others = [name for name in there if name not in wanted]
        missing = [name for name in wanted if name not in there]
        if len(missing) == len(wanted):
            rename = f": rename {others[0]} if it is that" if others else ""
            return HandedIn(student, one_line(f"no {' or '.join(wanted)} in the folder{rename}"))
        notes = [f"no {name}: 0 points" for name in missing]
        if known and student not in known:
            notes.append("new in the gradebook: is the name right?")
        if others:
            notes.append(f"not graded: {', '.join(others[:3])}{' ...' * (len(others) > 3)}")
        return HandedIn(student, note=one_line("; ".join(notes)))

    def _explain(self, error: BaseException) -> None:
        """Raise what there is to do about an error of nbgrader's, or of the grader in it."""
        if isinstance(error, SandboxError | RememberedError):
            raise error
        if isinstance(error, OSError) and error.errno in _NOWHERE_TO_WRITE:
            raise error
        if isinstance(error, SQLAlchemyError):
            raise GradebookError(gradebook.what_to_do(error, self._folders.db_url)) from None
        kind = "" if isinstance(error, NbGraderException) else f"{type(error).__name__}: "
        raise CourseError(one_line(f"{kind}{error}")) from error


class _Autograde(Autograde):  # type: ignore[misc,unused-ignore]
    """nbgrader's converter. It keeps the reports, and the error, which nbgrader only logs."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.reports: list[Report] = []
        self.error: Exception | None = None

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with self._kept():
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        with self._kept():
            super().convert_single_notebook(notebook_filename)

    def write_single_notebook(self, output: str, resources: Any) -> None:
        super().write_single_notebook(output, resources)
        if resources.get("report") is not None:
            self.reports.append(resources["report"])

    @contextlib.contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.error = error
            raise


def _configured(root: Path, assignment: str) -> AutogradeApp:
    """nbgrader's own command, configured as it would be in that folder, but silent."""
    if not (root / "nbgrader_config.py").is_file():
        raise CourseError(
            f"{root} is no course: go to the folder that holds nbgrader_config.py and submitted/."
        )
    app = AutogradeApp()
    try:
        app.initialize([f"--assignment={assignment}", f"--course-dir={root}"], str(root))
    except SystemExit:
        raise CourseError("nbgrader_config.py cannot be used: nbgrader says why above.") from None
    app.log.handlers = [logging.NullHandler()]
    app.log.propagate = False
    return app


def _released(book: Gradebook, assignment: str) -> dict[str, list[object]]:
    """The assignment's notebooks, each with all that its record depends on."""
    try:
        found = book.find_assignment(assignment)
    except MissingEntry:
        names = ", ".join(sorted(known.name for known in book.assignments))
        raise CourseError(
            f"The gradebook has no assignment {assignment!r}{f', only {names}' if names else ''}: "
            f"run `nbgrader generate_assignment {assignment}` first."
        ) from None
    for notebook in found.notebooks:
        _require_cells_of_ours(notebook, assignment)
    return {
        notebook.name: [
            str(found.duedate),
            [(cell.name, float(cell.max_score)) for cell in notebook.grade_cells],
            [(c.name, c.cell_type, c.source, c.locked) for c in notebook.source_cells],
        ]
        for notebook in found.notebooks
    }


def _require_cells_of_ours(notebook: Any, assignment: str) -> None:
    """Refuse a gradebook whose cells are not those that the checks are for."""
    exercise = exercise_of(notebook.name, assignment)
    if exercise is None:
        return
    answers = {cell.name for cell in notebook.solution_cells}
    known = {c.name: float(c.max_score) for c in notebook.grade_cells if c.name not in answers}
    meant = {name: group["total"] for name, group in checks.group_totals(exercise).items()}
    if known != meant:
        raise CourseError(
            f"The gradebook's {notebook.name} is worth {_points(known)}, its checks "
            f"{_points(meant)}: run `nbgrader generate_assignment {assignment} --force`, and if "
            "nbgrader refuses, because it is the gradebook of an older course, move it away first."
        )


def _points(cells: dict[str, float]) -> str:
    return ", ".join(f"{name} {points_text(most)}" for name, most in cells.items()) or "nothing"


def _like(assignment: str, folder: str) -> list[str]:
    """What lies in a student's folder under a name like the assignment's."""
    with contextlib.suppress(OSError):
        return [n for n in sorted(os.listdir(folder)) if _letters(assignment) in _letters(n)]
    return []


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _contents(folder: str, ignore: list[str]) -> Iterator[str]:
    """Names and digests of what was handed in."""
    kept, left_out = plain_files(folder, ignore)
    yield repr(sorted(left_out))
    for path in sorted(kept):
        yield os.path.relpath(path, folder)
        try:
            yield _digest(file_bytes(path, NOTEBOOK_BYTES))
        except (UnreadableSubmission, OSError) as error:
            yield str(error)


def _digest(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        whole.update(hashlib.sha256(data).digest())
    return whole.hexdigest()
