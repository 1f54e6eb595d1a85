"""Grades for Canvas: what `nbgrader export` writes with CanvasExport for its exporter.

The format: community.canvaslms.com, Instructor Guide, "How do I import grades in the Gradebook?"
and "How do I export grades in the Gradebook?"; in Canvas itself lib/gradebook_importer.rb. The
columns Student, ID, SIS User ID, SIS Login ID, Section come first, in this order; ID, then either
SIS column finds the student. Then a column for each assignment, "title (id)", which a title alone
finds too. A row "Points Possible" may stand above the students; columns marked "(read only)" in it
are not imported. An empty cell takes a grade away, so those of the exported file are left alone.
"""

import re
from collections.abc import Iterable

from autograder.nbgrader_plugin.csv_sheet import Sheet, SheetError, identifier, number, plain_text
from autograder.nbgrader_plugin.grades_out import Assignment, Grade, GradesOut, Student, listed
from autograder.nbgrader_plugin.lms_names import made_id, name_key, name_keys
from autograder.report import points_text

COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POINTS = "Points Possible"
NOT_GRADED = ("EX", "N/A")


def _names(sheet: Sheet, row: int) -> Iterable[str]:
    name = sheet.cell(row, "Student") or sheet.cell(row, "LastName") + sheet.cell(row, "FirstName")
    key = name_key(name)
    return {key, made_id(name), f"{key}-{sheet.cell(row, 'ID')}"} if key else ()


class CanvasExport(GradesOut):
    """A Canvas gradebook, new or filled in."""

    default_file = "grades_canvas.csv"
    levels = (
        (lambda sheet, row: [sheet.cell(row, "ID")], lambda student: [student.lms_id]),
        (
            lambda sheet, row: {sheet.cell(row, "SIS Login ID"), sheet.cell(row, "SIS User ID")},
            lambda student: {student.id, student.lms_id, student.email},
        ),
        (
            lambda sheet, row: [sheet.cell(row, "ID")],
            lambda student: [] if student.lms_id else [student.id],
        ),
        (_names, lambda student: {student.id} | name_keys(student.first_name, student.last_name)),
    )

    def new_sheet(
        self,
        assignments: list[Assignment],
        students: list[Student],
        grades: dict[tuple[str, str], Grade],
    ) -> Sheet:
        """In UTF-8 without a byte order mark, as Canvas writes it."""
        titles = [plain_text(self.columns.get(a.name, a.name)) for a in assignments]
        most = [points_text(assignment.points) for assignment in assignments]
        rows = [COLUMNS + titles, [f"    {POINTS}", "", "", "", "", *most]]
        for student in sorted(students, key=lambda s: (s.last_name, s.first_name, s.id)):
            name = ", ".join(filter(None, (student.last_name, student.first_name)))
            if not name or POINTS in name:  # Canvas would pass over such a row
                name = student.id
            cells = [grades[assignment.name, student.id].points for assignment in assignments]
            who = [plain_text(name), identifier(student.lms_id), "", identifier(student.id), ""]
            rows.append(who + ["" if cell is None else points_text(cell) for cell in cells])
        odd = [s.id for s in students if identifier(s.id) != s.id]
        self._tell("Canvas will not find these by their login", odd)
        return Sheet(rows)

    def student_rows(self, sheet: Sheet) -> list[int]:
        """All but the header, and what Canvas itself does not take for a student."""
        if sheet.column("ID") is None or sheet.column("Section") is None:
            raise SheetError(
                f"{self.gradebook_file} is no gradebook of Canvas (columns {listed(COLUMNS)}): "
                "export it under Grades."
            )
        return [row for row in range(1, len(sheet.rows)) if not _is_about_columns(sheet.rows[row])]

    def column_of(self, sheet: Sheet, assignment: Assignment, alone: bool) -> int:
        """By `columns`, or by the title, without the id behind it."""
        titles = [cell.strip() for cell in sheet.rows[0]]
        first = (sheet.column("Section") or 0) + 1
        wanted = self.columns.get(assignment.name, assignment.name)
        found = [n for n, title in enumerate(titles) if n >= first and title == wanted]
        bare = [re.sub(r"\s*\(\d+\)$", "", title) for title in titles]
        found = found or [n for n, title in enumerate(bare) if n >= first and title == wanted]
        key = name_key(wanted)
        found = found or [
            n for n, title in enumerate(bare) if n >= first and name_key(title) == key
        ]
        if len(found) != 1:
            raise SheetError(
                f"{self.gradebook_file} has {'several columns' if found else 'no column'} for "
                f"{assignment.name}: name one, c.CanvasExport.columns = "
                f"{{{assignment.name!r}: 'title (id)'}}."
            )
        self._look_at_points(sheet, found[0], assignment)
        return found[0]

    def _look_at_points(self, sheet: Sheet, column: int, assignment: Assignment) -> None:
        for row in sheet.rows[1:]:
            if _is_about_columns(row) and POINTS in row[0] and column < len(row):
                if "read only" in row[column].casefold():
                    raise SheetError(
                        f"The column for {assignment.name} is read only: name another in "
                        "c.CanvasExport.columns."
                    )
                if number(row[column]) not in (None, assignment.points):
                    self.log.warning(
                        "%s is worth %s points here and %s in Canvas: change it there.",
                        assignment.name, points_text(assignment.points), row[column],
                    )  # fmt: skip

    def accepted(self, sheet: Sheet, row: int, column: int, points: float) -> float | None:
        """Nothing for who is excused or not assigned it."""
        cells = sheet.rows[row]
        marked = column < len(cells) and cells[column].strip().upper() in NOT_GRADED
        return None if marked else points

    def shown(self, sheet: Sheet, row: int) -> str:
        """The name."""
        return sheet.cell(row, "Student") or sheet.cell(row, "LastName") or sheet.cell(row, "ID")


def _is_about_columns(row: list[str]) -> bool:
    others = {cell.strip().casefold() for cell in row}
    hidden = all(cell in ("", "muted") or cell.startswith("manual posting") for cell in others)
    return hidden or POINTS in row[0]
