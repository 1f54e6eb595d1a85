"""To learning management systems, by nbgrader's own export: files of our own, and theirs filled in.

The layouts are those that docs of the systems and their sources describe; where, is said in
autograder/nbgrader_plugin/export_canvas.py and export_moodle.py.
"""

import csv
import io
import os
import re
import shlex
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lms_class import EXERCISE, STUDENTS, add_students
from nbgrader.api import Gradebook
from sample_course import REPO
from test_nbgrader import nbgrader, new_course

from autograder.nbgrader_plugin.csv_sheet import (
    Sheet,
    SheetError,
    identifier,
    plain_text,
    read_sheet,
    write_sheet,
)
from autograder.nbgrader_plugin.export_canvas import CanvasExport
from autograder.nbgrader_plugin.export_moodle import MoodleExport

CANVAS, MOODLE = (f"{kind.__module__}.{kind.__name__}" for kind in (CanvasExport, MoodleExport))

pytestmark = pytest.mark.filterwarnings("ignore:Object of type <Submitted")  # nbgrader's own

GRADES = {  # points by hand in the first cell (of 4), extra credit, penalty, waits for a hand
    "ada": (4.0, 2.0, 0.0, False),
    "777": (1.0, 0.0, 3.0, False),
    "jm": (3.25, 0.0, 1.0, False),
    "88": (2.0, 0.0, 0.0, True),
    "grace_h": (1.0, 0.0, 0.0, False),
    "=danger": (0.0, 0.5, 0.0, False),
}
EXPECTED = {"ada": "6", "777": "0", "jm": "2.25", "grace_h": "1", "=danger": "0.5"}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with grades: half of them with a late penalty, one that waits."""
    course = new_course(tmp_path_factory.mktemp("lms") / "a course")
    said = nbgrader(course, "generate_assignment", EXERCISE, "--force")
    assert said.returncode == 0, said.stderr[-3000:]
    add_students(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db", "rnn") as book:
        book.add_student(
            "=danger", first_name='=HYPERLINK("http://evil.example")', last_name='O"Hara,\nJr'
        )
        for student, (points, extra, penalty, waits) in GRADES.items():
            [notebook] = book.add_submission(EXERCISE, student).notebooks
            notebook.late_submission_penalty = penalty
            for grade in notebook.grades:
                grade.manual_score, grade.needs_manual_grade = 0.0, False
            first = min(notebook.grades, key=lambda grade: grade.name)
            first.manual_score, first.extra_credit = points, extra
            first.needs_manual_grade = waits
        book.db.commit()
    return course


def export(course: Path, exporter: str, *arguments: str) -> tuple[list[list[str]], str]:
    """The rows of the file, and what the command said."""
    said = nbgrader(course, "export", f"--exporter={exporter}", "--to=out.csv", *arguments)
    assert said.returncode == 0, said.stderr[-3000:]
    assert not list(course.glob("*.part"))
    text = (course / "out.csv").read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""))), said.stderr


def grades_of(rows: list[list[str]], key: str, grade: str) -> dict[str, str]:
    header = rows[0]
    return {row[header.index(key)]: row[header.index(grade)] for row in rows[1:]}


@pytest.mark.slow
def test_canvas_gets_a_gradebook_of_its_own(graded: Path) -> None:
    rows, said = export(graded, CANVAS)
    assert rows[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", EXERCISE]
    assert rows[1] == ["    Points Possible", "", "", "", "", "10"]
    grades = grades_of(rows, "SIS Login ID", EXERCISE)
    as_text = {student.replace("=", "'="): grade for student, grade in EXPECTED.items()}
    assert grades == {"": "10"} | {student[0]: "" for student in STUDENTS} | as_text
    assert ["Lovelace, Ada", "12345", "", "ada", "", "6"] in rows
    assert not (graded / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not [cell for row in rows[1:] for cell in row if cell[:1] in tuple("=+-@")]
    assert "no grade, still to be graded by hand: 88." in said
    assert "no grade, nothing handed in: plain, twin1, twin2." in said
    assert "Canvas will not find these by their login: =danger." in said


@pytest.mark.slow
def test_scores_are_those_of_nbgraders_own_export(graded: Path) -> None:
    assert nbgrader(graded, "export", "--to=nbgrader.csv", "--student=['ada','777','jm','88']"
                    ).returncode == 0  # fmt: skip
    with (graded / "nbgrader.csv").open() as file:
        theirs = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    rows, _ = export(graded, CANVAS, "--CanvasExport.unfinished=True", "--CanvasExport.zeros=True")
    ours = grades_of(rows, "SIS Login ID", EXERCISE)
    assert {student: float(ours[student]) for student in theirs} == theirs
    assert theirs["88"] == 2.0
    assert ours["plain"] == "0"


CANVAS_FILE = """\
\ufeffStudent;ID;SIS User ID;SIS Login ID;Section;Notes;Hello RNN (991);Other (992);Final Score\r
;;;;;;Manual Posting;;\r
    Points Possible;;;;;;20.00;5.00;(read only)\r
"Lovelace, Ada";12345;s1;lovelace@uni.example;A;"likes; semicolons";1;2;50\r
Babbage, Charles;8;777;cb;A;;;;\r
Müller, Jürgen;9;s3;JM@uni.example;A;"=1+1";EX;;\r
Turing, Alan;55;s4;at;A;;4;;\r
Student, Test;10;;abc;A;;;;\r
"""


@pytest.mark.slow
def test_canvas_gets_its_own_gradebook_back_with_the_grades_filled_in(graded: Path) -> None:
    (graded / "Grades.csv").write_bytes(CANVAS_FILE.encode())
    _, said = export(
        graded, CANVAS, "--CanvasExport.gradebook_file=Grades.csv",
        "--CanvasExport.columns=hello_rnn=Hello RNN (991)",
    )  # fmt: skip
    filled = (graded / "out.csv").read_bytes().decode()
    assert filled == (
        CANVAS_FILE.replace("semicolons\";1;2", "semicolons\";6;2")
        .replace(";cb;A;;;;", ";cb;A;;0;;").replace('"=1+1"', "=1+1")
        .replace('"Lovelace, Ada"', "Lovelace, Ada")
    )  # fmt: skip
    for expected in (
        "hello_rnn is worth 10 points here and 20.00 in Canvas",
        "In the file as not to be graded, left so: jm (EX).",
        "In the file, but in no row of the gradebook's students: Student, Test.",
        "Graded, but not in the file: =danger, grace_h.",
    ):
        assert expected in said


WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 1,Ada Lovelace,ADA@uni.example,Submitted for grading,,5.00,Yes,-,-,"Well,
done"
Participant 2,Charles Babbage,other@uni.example,Submitted for grading,4.00,5.00,Yes,-,-,
Participant 3,Somebody Else,jm@uni.example,Submitted for grading,,5.00,Yes,-,-,
Participant 4,Sam Same,,No submission,,5.00,Yes,-,-,
Participant 5,Grace Hopper,one@uni.example,Submitted for grading,,5.00,Yes,-,-,
Participant 6,Grace Hopper,two@uni.example,Submitted for grading,,5.00,Yes,-,-,
Participant 55,Not Alan,,Submitted for grading,,5.00,Yes,-,-,
"""


@pytest.mark.slow
def test_moodle_gets_a_worksheet_back_and_a_file_for_its_grade_import(graded: Path) -> None:
    (graded / "sheet.csv").write_text(WORKSHEET)
    rows, said = export(graded, MOODLE, "--MoodleExport.gradebook_file=sheet.csv")
    before = list(csv.reader(io.StringIO(WORKSHEET, newline="")))
    grades = grades_of(rows, "Identifier", "Grade")
    assert [grades[f"Participant {n}"] for n in (1, 2, 3)] == ["5", "0", "2.25"]
    assert [grades[f"Participant {n}"] for n in (4, 5, 6, 55)] == [""] * 4
    assert [[*r[:4], *r[5:]] for r in rows] == [[*r[:4], *r[5:]] for r in before]
    assert "Ada Lovelace has 6 points, Moodle takes 5" in said
    assert "hello_rnn is worth 10 points here and 5 in Moodle" in said

    rows, said = export(graded, MOODLE)
    assert (graded / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert rows[0] == [
        "First name", "Last name", "Username", "ID number", "Email address", EXERCISE
    ]  # fmt: skip
    assert ["Jürgen", "Müller", "jm", "", "jm@uni.example", "2.25"] in rows
    assert ['\'=HYPERLINK("http://evil.example")', 'O"Hara, Jr', "'=danger", "", "", "0.5"] in rows


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--CanvasExport.gradebook_file=nope.csv"], "nope.csv cannot be read"),
        (["--assignment=['nope']"], "The gradebook has no assignment 'nope'"),
        (["--CanvasExport.gradebook_file=no.csv"], "no.csv is no gradebook of Canvas"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(
    graded: Path, arguments: list[str], sentence: str
) -> None:
    (graded / "no.csv").write_text("a,b\n1,2\n")
    said = nbgrader(graded, "export", f"--exporter={CANVAS}", "--to=never.csv", *arguments)
    assert said.returncode == 1
    assert sentence in said.stderr
    assert "Traceback" not in said.stderr
    assert not (graded / "never.csv").exists()


@pytest.mark.slow
def test_the_commands_in_the_docs_are_true(graded: Path) -> None:
    page = (REPO / "docs/ta.md").read_text().partition("## Canvas, Moodle, Blackboard")[2]
    section = page.partition("\n## ")[0].replace("\\\n", "")
    commands = re.findall(r"^    (nbgrader .*)$", section, re.MULTILINE)
    assert [shlex.split(command)[1] for command in commands] == ["zip_collect", "export", "export"]
    titled = CANVAS_FILE.replace("Hello RNN (991)", "hello_rnn (991)")
    (graded / "Grades.csv").write_bytes(titled.encode())
    (graded / "worksheet.csv").write_text(WORKSHEET)
    for command in commands[1:]:
        said = nbgrader(graded, *shlex.split(command)[1:])
        assert said.returncode == 0, said.stderr
    assert 'lovelace@uni.example;A;"likes; semicolons";6;' in (graded / "canvas.csv").read_text()
    assert ",Submitted for grading,5,5.00," in (graded / "moodle.csv").read_text()
    settings = re.findall(r"c\.(\w+)\.(\w+) =", section)
    assert settings
    for name, trait in settings:
        assert (
            trait
            in {"CanvasExport": CanvasExport, "MoodleExport": MoodleExport}[name].class_traits()
        )


# --- cells, whatever is in them ---


@given(st.text())
def test_no_cell_is_a_formula(text: str) -> None:
    for cell in (plain_text(text), identifier(text)):
        assert "\n" not in cell
        assert "\r" not in cell
        assert not cell.lstrip().startswith("=")
    assert not plain_text(text).startswith(tuple("=+-@"))


cells = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
rows_of_text = st.lists(st.lists(cells, min_size=2, max_size=2), max_size=3)


@given(rows_of_text, st.sampled_from(",;\t"), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_a_sheet_is_read_as_it_was_written(
    rows: list[list[str]], delimiter: str, bom: bool, newline: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/x.csv"
        sheet = Sheet([["A", "B"], *rows], delimiter, bom, newline)
        write_sheet(path, sheet)
        read = read_sheet(path)
        assert (read.rows, read.delimiter, read.bom) == (sheet.rows, delimiter, bom)
        assert os.listdir(folder) == ["x.csv"]


def test_what_is_no_sheet_is_one_sentence(tmp_path: Path) -> None:
    for data in (b"", b"\xff\xfe", "Müller".encode("latin-1")):
        (tmp_path / "x.csv").write_bytes(data)
        with pytest.raises(SheetError):
            read_sheet(str(tmp_path / "x.csv"))
    with pytest.raises(SheetError):
        write_sheet(str(tmp_path), Sheet([["a"]]))
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]
