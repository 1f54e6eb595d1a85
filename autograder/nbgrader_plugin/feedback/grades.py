"""What the gradebook knows of one submitted notebook, for its feedback page."""

from dataclasses import dataclass

from nbgrader.api import Gradebook


@dataclass(frozen=True)
class CellGrade:
    """The score of one graded cell, out of `most`.

    Attributes:
        by_hand: whether a person has given it.
        waits: whether a person still has to.
        extra: what of the score is extra credit.
    """

    score: float
    most: float
    by_hand: bool
    waits: bool
    extra: float


@dataclass(frozen=True)
class Grades:
    """The score of a notebook, out of `most`, with the penalty for handing in late taken off.

    `cells` and `comments` are by the name of the cell; a comment is text. That there is no answer
    is said by nbgrader itself, where it costs points.
    """

    score: float
    most: float
    penalty: float
    cells: dict[str, CellGrade]
    comments: dict[str, str]


def read_grades(where: dict[str, str]) -> Grades:
    """The grades of the notebook that nbgrader's `where` names.

    Raises nbgrader.api.MissingEntry if it was never graded.
    """
    with Gradebook(where["db_url"]) as gradebook:
        notebook = gradebook.find_submission_notebook(
            where["notebook"], where["assignment"], where["student"]
        )
        graded = {grade.name for grade in notebook.grades}
        comments = {
            c.name: c.comment if c.name in graded else c.manual_comment for c in notebook.comments
        }
        penalty = notebook.late_submission_penalty or 0.0
        return Grades(
            score=notebook.score - penalty,
            most=notebook.max_score,
            penalty=penalty,
            cells={
                grade.name: CellGrade(
                    score=grade.score,
                    most=grade.max_score,
                    by_hand=grade.manual_score is not None,
                    waits=grade.needs_manual_grade
                    and grade.manual_score is grade.auto_score is None,
                    extra=grade.extra_credit or 0.0,
                )
                for grade in notebook.grades
            },
            comments={name: comment for name, comment in comments.items() if comment},
        )
