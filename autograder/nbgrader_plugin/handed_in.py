"""What a student handed in beside the notebook: nbgrader copies it, here only what is harmless."""

import contextlib
import fnmatch
import os
import stat
from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from nbgrader.converters import base
from nbgrader.utils import parse_utc

from autograder.submission import UnreadableSubmission, file_bytes
from autograder.tables import one_line

FILES, BYTES = 1000, 100 * 2**20
"""Of one submission, that are copied to where its grader finds them."""
PATH_CHARS = 1000
"""Of a path; the copy's is longer, and systems have limits too."""
SHOWN = 3
"""Names in a warning."""


def guard(converter: Any) -> None:
    """Let this nbgrader converter copy plain files only, and read a timestamp only from one.

    nbgrader would follow a student's link and copy what it leads to, a secret or an endless device,
    into the folders that people see, and wait for ever at a pipe. It has no setting for that. It
    writes names into pages and onto the terminal as they are, and stops at a line end in one:
    what is named like that is left out.
    """
    init_assignment = converter.init_assignment

    def guarded(assignment: str, student: str) -> None:
        with _listing_plain_files(converter.log):
            init_assignment(assignment, student)

    _leave_out_odd_names(converter)
    converter.init_assignment = guarded
    guard_timestamps(converter.coursedir, converter.log)


def guard_timestamps(folders: Any, log: Any) -> None:
    """Let a course's folders read a timestamp only from a plain file that holds one."""
    existing_timestamp = folders.get_existing_timestamp

    def timestamp(folder: str) -> datetime | None:
        path = os.path.join(folder, "timestamp.txt")
        try:
            parse_utc(file_bytes(path, 100).decode().strip())
        except FileNotFoundError:
            return None
        except (UnreadableSubmission, OSError, ValueError, OverflowError, TypeError) as error:
            log.warning("%s is no time: %s", one_line(path), one_line(str(error)))
            return None
        found: datetime | None = existing_timestamp(folder)
        return found

    folders.get_existing_timestamp = timestamp


def _leave_out_odd_names(converter: Any) -> None:
    for folder in list(converter.assignments):
        if is_showable(os.path.relpath(folder, converter.coursedir.root)):
            notebooks = converter.assignments[folder]
            shown = [path for path in notebooks if is_showable(os.path.basename(path))]
            converter.assignments[folder] = shown
        else:
            del converter.assignments[folder]
            converter.log.error(
                "%s is not graded: name it without <, >, quotes, backslashes and control "
                "characters.", one_line(folder)
            )  # fmt: skip


def is_showable(path: str) -> bool:
    """Whether a path can be put into pages and onto the terminal as it is."""
    return path.isprintable() and not set(path) & set('<>"\\')


def plain_files(folder: str, exclude: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """The plain files below `folder`, but for names like `exclude`, and what is left out."""
    kept: list[str] = []
    left_out: list[str] = []
    size = 0
    # A folder may hold more entries than anyone wants to hear of.
    for path in islice(_entries(folder, exclude), 10 * FILES):
        found = os.lstat(path)
        plain = stat.S_ISREG(found.st_mode) and os.access(path, os.R_OK)
        plain = plain and is_showable(os.path.relpath(path, folder))
        if plain and len(path) < PATH_CHARS and len(kept) < FILES and size + found.st_size < BYTES:
            kept.append(path)
            size += found.st_size
        else:
            left_out.append(path)
    return kept, left_out


def _entries(folder: str, exclude: Collection[str]) -> Iterator[str]:
    """Paths of all that is no folder; hidden folders and links to folders are not entered."""

    def wanted(name: str) -> bool:
        return not any(fnmatch.fnmatch(name, pattern) for pattern in exclude)

    for name, folders, files in os.walk(folder):
        links = [sub for sub in folders if os.path.islink(os.path.join(name, sub))]
        deep = len(name) > PATH_CHARS
        folders[:] = [s for s in folders if wanted(s) and not s.startswith(".") and not deep]
        for file in filter(wanted, [*links, *files]):
            yield os.path.join(name, file)


@contextlib.contextmanager
def _listing_plain_files(log: Any) -> Iterator[None]:
    """While this lasts, nbgrader's converters find only plain files to copy."""
    theirs = base.find_all_files

    def found(folder: str, exclude: Collection[str] = ()) -> list[str]:
        kept, left_out = plain_files(folder, exclude)
        if left_out:
            names = ", ".join(one_line(os.path.relpath(p, folder)) for p in left_out[:SHOWN])
            more = f" and {len(left_out) - SHOWN} more" if len(left_out) > SHOWN else ""
            log.warning("Not copied, no plain files or too many: %s%s", names, more)
        return kept

    base.find_all_files = found
    try:
        yield
    finally:
        base.find_all_files = theirs
