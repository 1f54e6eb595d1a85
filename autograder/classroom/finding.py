"""Finds the submissions in the paths a teaching assistant names."""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .. import checks
from ..submission import SUFFIXES

SKIPPED_FOLDERS = {"__pycache__", "node_modules"}


BY_HAND = "graded by hand"
READ_IT = "read it in nbgrader's formgrader, after `nbgrader autograde`"


class NothingToGrade(Exception):
    """No submission is to be found; one sentence says what to do."""


class Found(msgspec.Struct, frozen=True):
    """A file to grade: where it is, for which exercise, and what to call it in the report."""

    path: Path
    exercise: str
    name: str


def find(paths: Sequence[Path], exercise: str | None) -> tuple[list[Found], list[str]]:
    """The submissions in `paths`, in order of name, and the files passed over.

    A file is for `exercise` if that is given, else for the exercise whose name is in the name of
    the file or of a folder above it. Raises NothingToGrade for a missing path, an unknown
    exercise, or when nothing is left to grade.
    """
    known, in_words = checks.exercises(), checks.answered_in_words()
    refuse_unknown(exercise)
    found: list[Found] = []
    passed_over: list[str] = []
    for path in paths:
        if not path.exists():
            raise NothingToGrade(f"{path} does not exist.")
        for file in [path] if path.is_file() else _files(path):
            name = _readable(path if path.is_file() else file.relative_to(path))
            meant = exercise or exercise_of(file, [*known, *in_words])
            if meant in in_words and file.suffix in SUFFIXES:
                passed_over.append(f"{name} ({BY_HAND})")
            elif meant is None or file.suffix not in SUFFIXES:
                passed_over.append(name)
            else:
                # What the teacher names may be a link; what lies in a folder is the students'.
                found.append(Found(file.resolve() if file == path else file, meant, name))
    if found:
        return found, passed_over
    if any(name.endswith(f"({BY_HAND})") for name in passed_over):
        raise NothingToGrade(f"There is nothing to run in {passed_over[0]}: {READ_IT}.")
    if any(Path(name).suffix in SUFFIXES for name in passed_over):
        raise NothingToGrade(
            f"Cannot tell which exercise {passed_over[0]} is for: "
            f"add --exercise and one of {', '.join(known)}."
        )
    raise NothingToGrade(
        f"Nothing to grade in {', '.join(map(str, paths))}: there is no .ipynb or .py file."
    )


def refuse_unknown(exercise: str | None) -> None:
    """Raises NothingToGrade for the name of an exercise that is not there, or has no checks."""
    known = checks.exercises()
    if exercise in checks.answered_in_words():
        raise NothingToGrade(f"{exercise} is {BY_HAND} and has no checks to run: {READ_IT}.")
    if exercise is not None and exercise not in known:
        raise NothingToGrade(f"There is no exercise {exercise!r}; there are: {', '.join(known)}.")


def exercise_of(file: Path, known: Sequence[str]) -> str | None:
    """The exercise named in the file's own name, or else in a folder above it."""
    for part in [file.stem, *(folder.name for folder in file.parents)]:
        fitting = [name for name in known if name in part]
        if fitting:
            return max(fitting, key=len)
    return None


def _files(folder: Path) -> list[Path]:
    """What lies below `folder` and is no folder, in order; hidden and generated things left out.

    Links and pipes are among it: reading them says what they are. So is a folder that cannot be
    looked into, or that has a submission's name and no submission in it.
    """
    files: list[Path] = []
    entered: list[Path] = []
    waiting = [folder]
    while waiting:
        inside = waiting.pop()
        try:
            with os.scandir(inside) as entries:
                shown = [entry for entry in entries if not _is_skipped(entry.name)]
        except OSError:
            if inside == folder:
                raise
            files.append(inside)
            continue
        entered.append(inside)
        waiting += [inside / e.name for e in shown if e.is_dir(follow_symlinks=False)]
        files += [inside / e.name for e in shown if not e.is_dir(follow_symlinks=False)]
    used = {above for file in files if file.suffix in SUFFIXES for above in file.parents}
    files += [path for path in entered if path.suffix in SUFFIXES and path not in used]
    return sorted(files, key=lambda path: path.parts)


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED_FOLDERS


def _readable(path: Path) -> str:
    """A path as text that can be printed and written, whatever its name is made of."""
    name = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
