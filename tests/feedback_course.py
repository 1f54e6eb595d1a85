"""A course in which one student has handed in three exercises, for the tests of feedback pages."""

import base64
import io
from pathlib import Path

from broken_notebooks import Notebook, output, role
from nbgrader.api import Gradebook
from sample_course import REPO
from test_manual_grading import hand_in, run

from autograder.course.bank import bank, notebook_of, read_release

STUDENT = "Ada O'Neil & Söhne"
PAGES = ["hello_rnn", "bptt", "reflection"]
PRINTED = "epoch 100  loss 0.0412\n" + "a long line of output " * 9
ANSWER = r"""# In two steps

The last state is heard by the loss alone, so $\delta_1 = \mathrm{d}h_1 \odot (1 - h_1^2)$, and

$$\delta_0 = (\mathrm{d}h_0 + W_h^\top \delta_1) \odot (1 - h_0^2), \qquad
\frac{\partial L}{\partial W_h} = \delta_0 h_{-1}^\top + \delta_1 h_0^\top$$

![My arrows](arrows.png) ![](attachment:photo.png) ![](leads-away.png)
"""
COMMENT = "Part (a) is right.\n\nIn (b), where is the <b>slope</b> of the tanh?"
ON_CODE = "Which way round does a message meet W_h?"


def entry(exercise: str, name: str) -> Notebook:
    [found] = [entry for entry in bank(REPO, exercise) if entry.name == name]
    return notebook_of(list(found.cells), read_release(REPO, exercise))


def picture() -> str:
    """A picture such as a student's cell draws, in base64."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3))
    figure.subplots().plot([2.3 * 0.96**epoch for epoch in range(100)])
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return base64.b64encode(file.getvalue()).decode()


PICTURE = picture()
BIG = base64.b64encode(base64.b64decode(PICTURE) + bytes(2**21)).decode()


def spelling() -> Notebook:
    """One fault, which visible and hidden checks see, and outputs of all kinds."""
    notebook = entry("hello_rnn", "wrong_time_first")
    row = "".join(f"<td>{number}.2345</td>" for number in range(14))
    head = "".join(f"<th>column {number}</th>" for number in range(14))
    notebook["cells"][-1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": PRINTED},
        output({"text/html": f"<table><thead><tr>{head}</tr></thead><tr>{row}</tr></table>"}),
        {"output_type": "display_data", "data": {"image/png": PICTURE}, "metadata": {}},
        {"output_type": "error", "ename": "KeyError", "evalue": "'q'",
         "traceback": ["\x1b[31mKeyError\x1b[0m: 'q' of the student's own"]},
    ]  # fmt: skip
    return notebook


def derivation() -> Notebook:
    """Wrong gradients, and an answer in words with formulas and pictures."""
    notebook = entry("bptt", "wrong_no_transpose")
    cell = role(notebook, "two-steps")
    cell["source"] = ANSWER
    cell["attachments"] = {"photo.png": {"image/png": PICTURE}}
    return notebook


def hand_in_and_grade(course: Path) -> None:
    """Fill a new course, up to the feedback pages; one exercise is still to be read."""
    hand_in(course, "hello_rnn", STUDENT, spelling())
    hand_in(course, "bptt", STUDENT, derivation())
    beside = course / "submitted" / STUDENT / "bptt"
    (beside / "arrows.png").write_bytes(base64.b64decode(PICTURE))
    words = read_release(REPO, "reflection")
    role(words, "memory")["source"] = "I am one room, and whoever enters repaints *all* of it."
    hand_in(course, "reflection", STUDENT, words)
    for exercise in PAGES:
        run(course, f"generate_assignment {exercise} --force", f"autograde {exercise}")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        where = ("bptt", "bptt", STUDENT)
        grade = gradebook.find_grade("two-steps", *where)
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gradebook.find_comment("two-steps", *where).manual_comment = COMMENT
        gradebook.find_comment("solution-bptt", *where).manual_comment = ON_CODE
        gradebook.find_submission_notebook(*where).late_submission_penalty = 1.5
        gradebook.find_grade("shapes", *where).manual_score = 2.5
        gradebook.db.commit()
    secret = course / "secret.png"
    secret.write_bytes(base64.b64decode(PICTURE))
    (course / "autograded" / STUDENT / "bptt" / "leads-away.png").symlink_to(secret)
    run(course, *(f"generate_feedback {exercise}" for exercise in PAGES))
