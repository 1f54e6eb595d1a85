"""Settles the cells that hold nothing but a mark scheme, so that nobody has to grade them."""

from typing import Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor


class SettleMarkSchemes(NbGraderPreprocessor):  # type: ignore[misc,unused-ignore]
    """Gives task cells that are worth nothing the 0 points they are worth.

    nbgrader takes a mark scheme in a task cell only, and wants every task graded by hand. The
    points stand on the answer below it, of which nbgrader knows whether it was touched; without
    this, a cell of 0 points would be left to do in every submission. Stands after SaveAutoGrades.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` and `resources` as given."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            submitted = gradebook.find_submission_notebook(
                where["notebook"], where["assignment"], where["student"]
            )
            released = gradebook.find_notebook(where["notebook"], where["assignment"])
            schemes = {cell.name for cell in released.task_cells if cell.max_score == 0}
            for grade in submitted.grades:
                if grade.name in schemes and grade.manual_score is None:
                    grade.auto_score, grade.needs_manual_grade = 0.0, False
            gradebook.db.commit()
        return nb, resources
