"""Results of earlier gradings, so that what was graded once is not graded again.

A result counts only for the very same code, check, grader, versions, limits and isolation. One
SQLite file; several processes may use it at once, and being killed at any moment does no harm.
"""

import ast
import contextlib
import functools
import hashlib
import platform
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy
import torch

from . import checks
from .report import CheckResult
from .submission import Submission

PACKAGE = Path(__file__).parent
_SECONDS_TO_WAIT = 30.0
"""For another process that is writing just then."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS results (submission TEXT, checked TEXT, problem TEXT,
    result BLOB, PRIMARY KEY (submission, checked)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS recorded (assignment TEXT, student TEXT, digest TEXT,
    PRIMARY KEY (assignment, student)) WITHOUT ROWID""",
)


class RememberedError(Exception):
    """The file of results cannot be used; one sentence says what to do."""


class Remembered:
    """The results in one file, made if it is not there.

    Raises:
        RememberedError: in every method, if the file cannot be read or written.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._wait = file, _SECONDS_TO_WAIT
        with self._open() as connection:
            for table in _TABLES:
                connection.execute(table)
            # Written anew, so that a folder in which nothing can be written shows at the start.
            connection.execute("PRAGMA user_version = 1")

    def recall(
        self, submission: Submission, fingerprints: dict[str, str]
    ) -> tuple[str, dict[str, CheckResult]]:
        """(what was wrong with the whole, {check's id: result}), of `fingerprints` what is there.

        `fingerprints` are those of `fingerprints_of`.
        """
        ids = {fingerprint: name for name, fingerprint in fingerprints.items()}
        question = "SELECT checked, problem, result FROM results WHERE submission = ?"
        with self._open() as connection:
            rows = connection.execute(question, [_digest(submission)]).fetchall()
        known = [(ids[checked], problem, data) for checked, problem, data in rows if checked in ids]
        found = {name: msgspec.json.decode(data, type=CheckResult) for name, _, data in known}
        return next((problem for _, problem, _ in known), ""), found

    def keep(
        self,
        submission: Submission,
        fingerprints: dict[str, str],
        problem: str,
        results: list[CheckResult],
    ) -> None:
        """Remember the results of a submission, all or none."""
        key = _digest(submission)
        rows = [
            (key, fingerprints[result.id], problem, msgspec.json.encode(result))
            for result in results
        ]
        with self._open() as connection:
            connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", rows)

    def recorded(self, assignment: str) -> dict[str, str]:
        """{student: the digest under which the submission was recorded last}."""
        question = "SELECT student, digest FROM recorded WHERE assignment = ?"
        with self._open() as connection:
            return dict(connection.execute(question, [assignment]).fetchall())

    def keep_recorded(self, assignment: str, student: str, digest: str) -> None:
        """Remember that a student's submission is in the gradebook, and under which digest."""
        row = (assignment, student, digest)
        with self._open() as connection:
            connection.execute("INSERT OR REPLACE INTO recorded VALUES (?, ?, ?)", row)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction: none is shared with a process forked meanwhile."""
        try:
            with contextlib.closing(sqlite3.connect(self._file, self._wait)) as connection:
                # Being killed needs no more; only after a loss of power the last may be missing.
                connection.execute("PRAGMA synchronous = NORMAL")
                with connection:
                    yield connection
        except sqlite3.OperationalError as error:
            raise RememberedError(
                f"{self._file} cannot be used ({error}): free space, allow writing or wait for "
                "another run to end, then repeat the command; what is finished is kept."
            ) from None
        except sqlite3.DatabaseError as error:
            raise RememberedError(
                f"{self._file} is damaged ({error}): delete it, and all is graded anew."
            ) from None


def fingerprints_of(exercise: str, *conditions: object) -> dict[str, str]:
    """{check's id: a digest of all that its result depends on but the submission}, in their order.

    That is the check's own function, what else is in the exercise's folder, the grader, the
    versions of Python, numpy and torch, and `conditions`, such as limits.
    """
    surroundings = [_grader(), platform.python_version(), str(torch.__version__)]
    surroundings += [numpy.__version__, repr(conditions)]
    own, rest = _functions_and_rest(exercise)
    return {name: _digest([source, rest, *surroundings]) for name, source in own.items()}


@functools.cache
def _functions_and_rest(exercise: str) -> tuple[dict[str, str], str]:
    """The source of each check, by its id, and a digest of everything else in the folder."""
    own: dict[str, str] = {}
    rest: list[str] = []
    for path in sorted((checks.FOLDER / exercise).iterdir()):
        if path.name == "exercise.json" or not path.is_file():
            continue
        if path not in checks.files(exercise):
            rest.append(_digest_of_file(path))
            continue
        module = ast.parse(path.read_bytes())
        kept = [node for node in module.body if not _is_check(node)]
        rest.append(ast.unparse(ast.Module(kept, [])))
    for path in checks.files(exercise):
        for node in ast.parse(path.read_bytes()).body:
            if _is_check(node):
                assert isinstance(node, ast.FunctionDef)
                own[node.name.removeprefix("test_")] = f"{path.name} {ast.unparse(node)}"
    return own, _digest(rest)


def _is_check(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
        return False
    names = [d.func.id for d in node.decorator_list
             if isinstance(d, ast.Call) and isinstance(d.func, ast.Name)]  # fmt: skip
    return "check" in names


@functools.cache
def _grader() -> str:
    """A digest of the code that grades: sandbox, checks of no exercise in particular, report."""
    folders = [PACKAGE / "sandbox", PACKAGE / "sandbox/inside", PACKAGE / "checks"]
    files = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    files += [PACKAGE / "grading.py", PACKAGE / "report.py"]
    corpora = sorted((PACKAGE / "sandbox/inside/corpus").glob("*"))
    return _digest([_digest_of_file(path) for path in [*files, *corpora]])


def _digest_of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(value: object) -> str:
    """Of a submission its name is left out: it is no part of what is graded."""
    if isinstance(value, Submission):
        value = [value.exercise, value.cells]
    return hashlib.sha256(msgspec.msgpack.encode(value)).hexdigest()
