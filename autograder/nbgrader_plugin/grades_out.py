"""What leaves nbgrader's gradebook for a learning management system: grades, and whose."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Dict, Unicode

from autograder.nbgrader_plugin.csv_sheet import Sheet, SheetError, read_sheet, write_sheet
from autograder.report import points_text
from autograder.tables import one_line

SHOWN = 20
"""Names in one line of the log."""

NOTHING, BY_HAND = "nothing handed in", "still to be graded by hand"


class Assignment(msgspec.Struct, frozen=True):
    """What can be graded; `points` at most, but for extra credit."""

    name: str
    points: float


class Student(msgspec.Struct, frozen=True):
    """A student as the gradebook has them; "" for what it does not know."""

    id: str
    first_name: str
    last_name: str
    email: str
    lms_id: str


class Grade(msgspec.Struct, frozen=True):
    """Points, the penalty for lateness taken off and extra credit included; None says that the
    cell is to be left as it is, and `why`."""

    points: float | None
    why: str = ""


Level = tuple[Callable[[Sheet, int], Iterable[str]], Callable[[Student], Iterable[str]]]
"""What a row and a student have in common if they are the same person."""


class GradesOut(ExportPlugin):  # type: ignore[misc,unused-ignore]
    """Exports grades, either as a file of its own or into one that the system has exported.

    The second is surer: it has the system's own ids, and whatever is not a grade from here stays
    as it is.
    """

    gradebook_file = Unicode(
        "", help="File that the system exported, to be filled in; with none, a new one is made."
    ).tag(config=True)
    columns = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="{assignment: header of its column}, where they are not called alike.",
    ).tag(config=True)
    unfinished = Bool(
        False, help="Export the points so far where something waits to be graded by hand."
    ).tag(config=True)
    zeros = Bool(False, help="Export 0 where nothing was handed in.").tag(config=True)

    default_file = "grades.csv"
    levels: tuple[Level, ...] = ()

    def export(self, gradebook: Gradebook) -> None:
        """Write the file. Ends the command with one sentence if that is not possible."""
        try:
            everyone = _students(gradebook)
            students = _only(everyone, self.student, "student", lambda student: student.id)
            assignments = [Assignment(a.name, float(a.max_score)) for a in gradebook.assignments]
            assignments = _only(assignments, self.assignment, "assignment", lambda a: a.name)
            grades = {
                (assignment.name, student.id): self._grade(gradebook, assignment, student)
                for assignment in assignments
                for student in students
            }
            self._tell_left_out(grades)
            if self.gradebook_file:
                sheet = read_sheet(self.gradebook_file)
                self._fill(sheet, assignments, everyone, grades)
            else:
                sheet = self.new_sheet(assignments, students, grades)
            write_sheet(self.to or self.default_file, sheet)
        except SheetError as error:
            self.parent.fail(str(error))
        self.log.info("Grades written to %s", self.to or self.default_file)

    # --- what each system's plugin says ---

    def new_sheet(
        self,
        assignments: list[Assignment],
        students: list[Student],
        grades: dict[tuple[str, str], Grade],
    ) -> Sheet:
        """A table of all grades for a course that has exported none."""
        raise NotImplementedError

    def student_rows(self, sheet: Sheet) -> list[int]:
        """The rows of an exported table that are students."""
        raise NotImplementedError

    def column_of(self, sheet: Sheet, assignment: Assignment, alone: bool) -> int:
        """The column for an assignment. Raises SheetError if there is not exactly one."""
        raise NotImplementedError

    def accepted(self, sheet: Sheet, row: int, column: int, points: float) -> float | None:
        """The points that the system takes in this place, None if none."""
        raise NotImplementedError

    def shown(self, sheet: Sheet, row: int) -> str:
        """A row's person, for the log."""
        raise NotImplementedError

    # --- the same for all ---

    def _grade(self, gradebook: Gradebook, assignment: Assignment, student: Student) -> Grade:
        try:
            submission = gradebook.find_submission(assignment.name, student.id)
        except MissingEntry:
            return Grade(0.0 if self.zeros else None, NOTHING)
        if submission.needs_manual_grade and not self.unfinished:
            return Grade(None, BY_HAND)
        penalty = submission.late_submission_penalty or 0.0
        return Grade(max(0.0, float(submission.score or 0.0) - float(penalty)))

    def _tell_left_out(self, grades: dict[tuple[str, str], Grade]) -> None:
        left_out: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (assignment, student), grade in grades.items():
            if grade.points is None:
                left_out[assignment, grade.why].append(student)
        for (assignment, why), names in left_out.items():
            self.log.warning("%s, no grade, %s: %s.", assignment, why, listed(names))

    def _fill(
        self,
        sheet: Sheet,
        assignments: list[Assignment],
        everyone: list[Student],
        grades: dict[tuple[str, str], Grade],
    ) -> None:
        rows = self.student_rows(sheet)
        people = matched(sheet, rows, everyone, self.levels)
        places = self._columns(sheet, assignments)
        refused = []
        for row, student in people.items():
            for name, column in places.items():
                grade = grades.get((name, student))
                if grade is None or grade.points is None:
                    continue
                taken = self.accepted(sheet, row, column, grade.points)
                if taken is None:
                    refused.append(f"{student} ({sheet.rows[row][column]})")
                    continue
                sheet.rows[row] += [""] * (column + 1 - len(sheet.rows[row]))
                sheet.rows[row][column] = points_text(taken)
        graded = {student for (name, student), g in grades.items() if g.points is not None}
        self._tell("In the file as not to be graded, left so", refused)
        self._tell("In the file, but in no row of the gradebook's students",
                   [self.shown(sheet, row) for row in rows if row not in people])  # fmt: skip
        self._tell("Graded, but not in the file", graded - set(people.values()))

    def _columns(self, sheet: Sheet, assignments: list[Assignment]) -> dict[str, int]:
        places: dict[str, int] = {}
        problems = []
        for assignment in assignments:
            try:
                places[assignment.name] = self.column_of(sheet, assignment, len(assignments) == 1)
            except SheetError as error:
                problems.append(str(error))
        if not places:
            raise SheetError(problems[0] if problems else "The gradebook has no assignment.")
        for problem in problems:
            self.log.warning("%s", problem)
        return places

    def _tell(self, what: str, names: Iterable[str]) -> None:
        if names := list(names):
            self.log.warning("%s: %s.", what, listed(names))


def listed(names: Iterable[str]) -> str:
    """Names for a line of the log, in order, the first twenty of them."""
    shown = sorted(names)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return ", ".join(map(one_line, shown[:SHOWN])) + more


def matched(
    sheet: Sheet, rows: list[int], students: list[Student], levels: Iterable[Level]
) -> dict[int, str]:
    """{row: its student's id}, by the first level that says so.

    A level says so where something belongs to exactly one row and one student, and nothing else
    of the row to another student.
    """
    found: dict[int, str] = {}
    for of_row, of_student in levels:
        by_value: dict[str, tuple[set[int], set[str]]] = defaultdict(lambda: (set(), set()))
        for row in rows:
            for value in filter(None, of_row(sheet, row)):
                by_value[value.casefold()][0].add(row)
        for student in students:
            for value in filter(None, of_student(student)):
                by_value[value.casefold()][1].add(student.id)
        pairs: dict[int, set[str]] = defaultdict(set)
        for its_rows, its_students in by_value.values():
            if len(its_rows) == len(its_students) == 1:
                pairs[next(iter(its_rows))] |= its_students
        taken = set(found.values())
        times = [student for its_students in pairs.values() for student in its_students]
        for row, its_students in pairs.items():
            student_id = next(iter(its_students))
            single = len(its_students) == 1 and times.count(student_id) == 1
            if single and row not in found and student_id not in taken:
                found[row] = student_id
    return found


def _students(gradebook: Gradebook) -> list[Student]:
    return [
        Student(s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or "")
        for s in gradebook.students
    ]


def _only(items: list[Any], wanted: list[Any], kind: str, name: Callable[[Any], str]) -> list[Any]:
    """Those that are wanted, all if none is. Raises SheetError for one that is not there."""
    names = {str(one) for one in wanted}  # traitlets makes numbers of some
    unknown = names - {name(item) for item in items}
    if unknown:
        raise SheetError(f"The gradebook has no {kind} {min(unknown)!r}: look in formgrader.")
    return [item for item in items if not names or name(item) in names]
