"""Grades for Moodle: what `nbgrader export` writes with MoodleExport for its exporter.

The formats: docs.moodle.org, "Grade import" (a column that identifies the user: Email address, ID
number or Username, and one for each grade item; Moodle asks which is which) and "Assignment
settings", "Offline grading worksheet" (Identifier, Full name, Email address, Status, Grade,
Maximum Grade, Grade can be changed, Last modified (submission), Last modified (grade), Feedback
comments); in Moodle itself mod/assign/feedback/offline. Of a worksheet, Moodle looks at
Identifier, Grade, Last modified (grade) and the comments, and passes over a grade above the
maximum without a word.
"""

import re
from collections.abc import Iterable

from autograder.nbgrader_plugin.csv_sheet import Sheet, SheetError, identifier, number, plain_text
from autograder.nbgrader_plugin.grades_out import Assignment, Grade, GradesOut, Student
from autograder.nbgrader_plugin.lms_names import made_id, name_key, name_keys
from autograder.report import points_text

COLUMNS = ["First name", "Last name", "Username", "ID number", "Email address"]


def _full_name(sheet: Sheet, row: int) -> str:
    both = f"{sheet.cell(row, 'First name')} {sheet.cell(row, 'Last name')}".strip()
    return sheet.cell(row, "Full name") or both


def _names(sheet: Sheet, row: int) -> Iterable[str]:
    """Also the ids that zip_collect makes, from "Participant 12" too."""
    name, participant = _full_name(sheet, row), sheet.cell(row, "Identifier")
    last = re.search(r"\d*$", participant)
    with_number = made_id(name, last[0]) if name and last else ""
    return {name_key(name), made_id(name), with_number, made_id(participant)}


class MoodleExport(GradesOut):
    """A file for Moodle's grade import, or an assignment's grading worksheet filled in."""

    default_file = "grades_moodle.csv"
    levels = (
        (
            lambda sheet, row: [cell.strip() for cell in sheet.rows[row] if "@" in cell],
            lambda student: {x for x in (student.email, student.id) if "@" in x},
        ),
        (
            lambda sheet, row: {sheet.cell(row, "ID number"), sheet.cell(row, "Username")},
            lambda student: {student.id, student.lms_id},
        ),
        # A participant's number is no user's number: it counts only where it is written out.
        (lambda sheet, row: [sheet.cell(row, "Identifier")], lambda student: [student.lms_id]),
        (_names, lambda student: {student.id} | name_keys(student.first_name, student.last_name)),
    )

    def new_sheet(
        self,
        assignments: list[Assignment],
        students: list[Student],
        grades: dict[tuple[str, str], Grade],
    ) -> Sheet:
        """With a byte order mark: Moodle drops it, and spreadsheets need it for umlauts."""
        rows = [COLUMNS + [plain_text(self.columns.get(a.name, a.name)) for a in assignments]]
        for student in sorted(students, key=lambda s: (s.last_name, s.first_name, s.id)):
            cells = [grades[assignment.name, student.id].points for assignment in assignments]
            ids = [student.id, student.lms_id, student.email]
            rows.append([
                plain_text(student.first_name), plain_text(student.last_name),
                *map(identifier, ids),
                *("" if cell is None else points_text(cell) for cell in cells),
            ])  # fmt: skip
        odd = [s.id for s in students if identifier(s.id) != s.id]
        self._tell("Moodle will not find these by their username", odd)
        return Sheet(rows, bom=True)

    def student_rows(self, sheet: Sheet) -> list[int]:
        """All but the header."""
        return list(range(1, len(sheet.rows)))

    def column_of(self, sheet: Sheet, assignment: Assignment, alone: bool) -> int:
        """By `columns`; in an exported gradebook by the name; in a worksheet it is Grade."""
        titles = [cell.strip() for cell in sheet.rows[0]]
        wanted = self.columns.get(assignment.name)
        bare = [re.sub(r"^[^:]+:\s*|\s*\(real\)$", "", title, flags=re.I) for title in titles]
        if wanted is not None:
            found = [n for n, title in enumerate(titles) if title == wanted]
        else:
            key = name_key(assignment.name)
            found = [n for n, title in enumerate(bare) if name_key(title) == key]
            grade = sheet.column("Grade")
            if not found and grade is not None:
                found = [grade]
                if not alone:
                    raise SheetError(
                        f"{self.gradebook_file} is for one assignment: say which, "
                        f"--assignment='[\"{assignment.name}\"]'."
                    )
        if len(found) != 1:
            raise SheetError(
                f"{self.gradebook_file} has {'several columns' if found else 'no column'} for "
                f"{assignment.name}: name one, c.MoodleExport.columns = "
                f"{{{assignment.name!r}: 'its header'}}."
            )
        most = {number(sheet.cell(row, "Maximum Grade")) for row in self.student_rows(sheet)}
        for other in most - {None, assignment.points}:
            self.log.warning(
                "%s is worth %s points here and %s in Moodle: change its maximum grade there.",
                assignment.name, points_text(assignment.points), points_text(other or 0.0),
            )  # fmt: skip
        return found[0]

    def accepted(self, sheet: Sheet, row: int, column: int, points: float) -> float | None:
        """At most the worksheet's maximum, since Moodle would take nothing else."""
        if sheet.cell(row, "Grade can be changed").casefold() == "no":
            return None
        most = number(sheet.cell(row, "Maximum Grade"))
        if most is not None and points > most:
            self.log.warning(
                "%s has %s points, Moodle takes %s: raise the maximum grade there for the rest.",
                self.shown(sheet, row), points_text(points), points_text(most),
            )  # fmt: skip
            return most
        return points

    def shown(self, sheet: Sheet, row: int) -> str:
        """The name, or the participant."""
        return _full_name(sheet, row) or sheet.cell(row, "Identifier")
