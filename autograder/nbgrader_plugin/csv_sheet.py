"""A table as a learning management system writes it to a CSV file, and as it wants it back."""

import csv
import io
import os
import re
from pathlib import Path

import msgspec

from autograder.submission import UnreadableSubmission, file_bytes
from autograder.tables import printable

SHEET_BYTES = 64 * 2**20

_FORMULA = re.compile(r"\s*[=+\-@]")
_IDENTIFIER = re.compile(r"[\w.+@-]*")


class SheetError(Exception):
    """A file cannot be read or written; one sentence says what to do."""


class Sheet(msgspec.Struct):
    """Rows of text, the header first, and how they are written: with commas or semicolons, with a
    byte order mark, with which line ends."""

    rows: list[list[str]]
    delimiter: str = ","
    bom: bool = False
    newline: str = "\n"

    def column(self, name: str) -> int | None:
        """The index of a column, None if there is none of this name."""
        header = [cell.strip() for cell in self.rows[0]]
        return header.index(name) if name in header else None

    def cell(self, row: int, column: str) -> str:
        """A cell's text; "" if the row or the table has no such column."""
        index = self.column(column)
        found = self.rows[row]
        return found[index].strip() if index is not None and index < len(found) else ""


def read_sheet(path: str) -> Sheet:
    """The table in a file of UTF-8. Raises SheetError."""
    try:
        text = file_bytes(path, SHEET_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise SheetError(f"{path} is not in UTF-8: export it once more, or save it so.") from None
    except (OSError, UnreadableSubmission) as error:
        why = getattr(error, "strerror", None) or error
        raise SheetError(f"{path} cannot be read ({why}): name the exported file.") from None
    bom = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    newline = "\r\n" if "\r\n" in text else "\n"
    try:
        delimiter = max(",;\t", key=lambda char: len(_rows(text.partition("\n")[0], char)[0]))
        rows = [row for row in _rows(text, delimiter) if row]
    except (csv.Error, IndexError) as error:
        raise SheetError(f"{path} is no table with a header ({error}).") from None
    return Sheet(rows, delimiter, bom, newline)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def write_sheet(path: str, sheet: Sheet) -> None:
    """Write a table, all of it or nothing. Raises SheetError."""
    text = "".join(_line(row, sheet.delimiter) + sheet.newline for row in sheet.rows)
    part = Path(f"{path}.{os.getpid()}.part")
    try:
        part.write_bytes((("\ufeff" if sheet.bom else "") + text).encode())
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SheetError(
            f"{path} cannot be written ({error.strerror}): choose another --to."
        ) from None


def _line(row: list[str], delimiter: str) -> str:
    """With quotes around all that anyone takes for a line's end, whichever ends this table has."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(row)
    return line.getvalue().removesuffix("\r\n")


def plain_text(text: str) -> str:
    """Text for a cell: on one line, and none that a spreadsheet would take for a formula.

    An apostrophe before it is what spreadsheets hide. No importer looks for the names that it is
    meant for: it finds people by what `identifier` leaves as it is.
    """
    shown = printable(text).replace("\n", " ").strip()
    return f"'{shown}" if _FORMULA.match(shown) else shown


def identifier(text: str) -> str:
    """An id, login or address for a cell, to the letter, as long as no formula can be in it."""
    return text if _IDENTIFIER.fullmatch(text) else plain_text(text)


def number(text: str) -> float | None:
    """A number with a point or a comma, None for anything else."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
