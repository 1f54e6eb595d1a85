"""Reads what a student handed in: a notebook or a Python file becomes a list of code cells."""

import errno
import json
import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import msgspec

from .sandbox.inside.limits import size

SUFFIXES = (".ipynb", ".py")
NOTEBOOK_BYTES = 64 * 2**20
"""Size of a notebook file; most of a large one is output, which is not graded."""
CELLS_PER_CODE_CELL = 2
"""How many cells of all kinds a notebook may have for each code cell that is allowed."""


class UnreadableSubmission(Exception):
    """The file is no notebook or text; one sentence says why."""


class Submission(msgspec.Struct, frozen=True):
    """The code a student handed in for one exercise, cell by cell, grade cells left out."""

    name: str
    exercise: str
    cells: list[str]


def read(
    path: Path,
    exercise: str,
    max_bytes: int,
    max_cells: int,
    name: str = "",
    groups: Collection[str] | None = None,
) -> Submission:
    """The submission in `path`, of at most `max_bytes` of code. `groups` are its grade cells.

    Raises UnreadableSubmission, and OSError as `open` does.
    """
    if path.suffix == ".ipynb":
        cells = notebook_cells(file_bytes(path, NOTEBOOK_BYTES), max_cells, groups)
    else:
        cells = script_cells(file_bytes(path, max_bytes))
    problem = too_large(cells, max_bytes, max_cells)
    if problem:
        raise UnreadableSubmission(problem)
    return Submission(name or path.name, exercise, cells)


def file_bytes(path: str | Path, limit: int) -> bytes:
    """What is in a plain file. Raises UnreadableSubmission for what is none, OSError as `open`.

    A link is not followed: it may lead to a file that its author could not read, or to someone
    else's work. Nothing here waits for the other end of a pipe.
    """
    no_plain_file(os.lstat(path).st_mode)
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            no_plain_file(stat.S_IFLNK)
        raise
    with open(opened, "rb") as file:
        now = os.fstat(opened)
        no_plain_file(now.st_mode)
        data = b"" if now.st_size > limit else file.read(limit + 1)
    if now.st_size > limit or len(data) > limit:
        raise UnreadableSubmission(f"the file is larger than {size(limit)}, the limit")
    return data


def no_plain_file(mode: int) -> None:
    """Raise UnreadableSubmission for the mode of anything but a plain file."""
    if stat.S_ISLNK(mode):
        raise UnreadableSubmission("it is a link, which is not followed: hand in the file itself")
    if stat.S_ISDIR(mode):
        raise UnreadableSubmission("it is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise UnreadableSubmission("it is no plain file but a pipe, a socket or a device")


def too_large(cells: list[str], max_bytes: int, max_cells: int) -> str:
    """Which of the two limits the code cells are over; "" if none."""
    if len(cells) > max_cells:
        return f"it has {len(cells)} code cells; the limit is {max_cells}"
    if sum(map(len, cells)) > max_bytes:
        return f"its code is larger than {size(max_bytes)}, the limit"
    return ""


def notebook_cells(
    data: bytes, max_cells: int | None = None, groups: Collection[str] | None = None
) -> list[str]:
    """The code cells of an .ipynb, of any notebook format since 2. Raises UnreadableSubmission."""
    cells = _cells_of(parse(data))
    if cells is None:
        raise UnreadableSubmission("the file is JSON, but no notebook: it has no list of cells")
    refuse_too_many(cells, max_cells)
    return code_cells(cells, groups)


def parse(data: bytes) -> Any:
    """The JSON of a notebook file, in UTF-8, UTF-16 or UTF-32, or else in Latin-1.

    Raises UnreadableSubmission.
    """
    try:
        try:
            return json.loads(data)
        except UnicodeDecodeError:
            return json.loads(data.decode("latin-1"))
    except (ValueError, RecursionError):
        reason = "the notebook is not valid JSON (cut short, or not saved by Jupyter?)"
        raise UnreadableSubmission(reason) from None


def refuse_too_many(cells: list[Any], max_code_cells: int | None) -> None:
    """Raise UnreadableSubmission if a notebook has far more cells than may hold code."""
    if max_code_cells is not None and len(cells) > CELLS_PER_CODE_CELL * max_code_cells:
        most = CELLS_PER_CODE_CELL * max_code_cells
        raise UnreadableSubmission(f"it has {len(cells)} cells; the limit is {most}")


def text_of(value: Any) -> str:
    """A text that a notebook keeps as one string or as lines, without half characters; "" if none.

    Lone surrogates are valid in JSON, but can be written to no file.
    """
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def code_cells(cells: Iterable[Any], groups: Collection[str] | None = None) -> list[str]:
    """Sources of the code cells that are not grade cells. Malformed cells are passed over.

    A cell counts as a grade cell if its metadata says so and, where the `groups` of checks are
    known, has the name of one. What was released as code is code, whatever it was turned into.
    """
    sources = []
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        claims = _claims(cell)
        kind = claims.get("cell_type") if claims.get("solution") is True else None
        kind = kind if kind in ("code", "markdown") else cell.get("cell_type")
        source = text_of(cell.get("source", cell.get("input")))
        if kind == "code" and not _is_grade(claims, groups) and source.strip():
            sources.append(source)
    return sources


def script_cells(data: bytes) -> list[str]:
    """The cells of a Python file, cut at its `# %%` lines. Raises UnreadableSubmission."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableSubmission("the file is not UTF-8 text") from None
    if "\0" in text:
        raise UnreadableSubmission("the file is not text: it has null bytes")
    cells: list[list[str]] = [[]]
    for line in text.splitlines(keepends=True):
        if line.startswith("# %%"):
            cells.append([line])
        else:
            cells[-1].append(line)
    markdown = ("# %% [markdown]", "# %% [md]", "# %% [raw]")
    return ["".join(c) for c in cells if "".join(c).strip() and not c[0].startswith(markdown)]


def _cells_of(notebook: Any) -> list[Any] | None:
    """The list of cells, which notebook format 3 keeps in a worksheet."""
    if not isinstance(notebook, dict):
        return None
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        lists = [sheet["cells"] for sheet in sheets if isinstance(sheet.get("cells"), list)]
        cells = [cell for listed in lists for cell in listed]
    return cells if isinstance(cells, list) else None


def _claims(cell: dict[str, Any]) -> dict[str, Any]:
    """What nbgrader's metadata in a cell says; {} if there is none."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return nbgrader if isinstance(nbgrader, dict) else {}


def _is_grade(claims: dict[str, Any], groups: Collection[str] | None) -> bool:
    if claims.get("grade") is not True or claims.get("solution") is True:
        return False
    return groups is None or claims.get("grade_id") in list(groups)
