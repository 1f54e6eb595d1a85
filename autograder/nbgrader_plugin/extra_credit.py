"""Records what a submission has earned beyond an exercise's maximum, as nbgrader's extra credit."""

from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor


class SaveExtraCredit(NbGraderPreprocessor):  # type: ignore[misc,unused-ignore]
    """Writes the extra credit that GradeInSandbox found into the gradebook.

    It stands after SaveAutoGrades. A cell that was given a manual score is left as it is.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` and `resources` as given."""
        earned: dict[str, float] = resources.get("extra_credit", {})
        where = resources["nbgrader"]
        if not earned:
            return nb, resources
        with Gradebook(where["db_url"]) as gradebook:
            for grade_id, points in earned.items():
                try:
                    grade = gradebook.find_grade(
                        grade_id, where["notebook"], where["assignment"], where["student"]
                    )
                except MissingEntry:
                    self.log.error(
                        "The gradebook has no cell %r for extra credit: run "
                        "`nbgrader generate_assignment` again.", grade_id
                    )  # fmt: skip
                    continue
                if grade.manual_score is None:
                    grade.extra_credit = points
            gradebook.db.commit()
        return nb, resources
