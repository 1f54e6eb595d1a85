"""What nbgrader's gradebook knows of a notebook as it was released."""

from dataclasses import dataclass
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import MetadataValidator


@dataclass(frozen=True)
class ReleasedCell:
    """One cell with nbgrader's metadata, as generate_assignment recorded it.

    Attributes:
        name: its grade_id.
        kind: "code" or "markdown".
        points: what it is worth; None if it is worth nothing.
        grade, solution, task, locked: nbgrader's roles; a locked cell is not the student's to edit.
        checksum: of the released source, by which nbgrader sees that nothing was answered.
    """

    name: str
    kind: str
    source: str
    points: float | None
    grade: bool
    solution: bool
    task: bool
    locked: bool
    checksum: str | None

    @property
    def is_answer(self) -> bool:
        """Whether it is an answer in words, to be graded by hand."""
        return self.grade and self.solution and self.kind == "markdown"

    @property
    def metadata(self) -> dict[str, Any]:
        """The cell's nbgrader metadata."""
        metadata: dict[str, Any] = {
            "cell_type": self.kind,
            "checksum": self.checksum,
            "grade": self.grade,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": MetadataValidator.schema_version,
            "solution": self.solution,
            "task": self.task,
        }
        if self.checksum is None:
            del metadata["checksum"]
        if self.points is not None:
            metadata["points"] = self.points
        return metadata


def released_cells(resources: Any) -> list[ReleasedCell]:
    """The cells of the notebook in nbgrader's `resources`, in their order, from its gradebook.

    They are left in `resources` for who asks next. Raises nbgrader.api.MissingEntry if the
    notebook was never released.
    """
    if "released_cells" not in resources:
        resources["released_cells"] = _from_gradebook(resources["nbgrader"])
    found: list[ReleasedCell] = resources["released_cells"]
    return found


def _from_gradebook(where: dict[str, str]) -> list[ReleasedCell]:
    with Gradebook(where["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(where["notebook"], where["assignment"])
        grades = {cell.name: float(cell.max_score) for cell in notebook.grade_cells}
        tasks = {cell.name: float(cell.max_score) for cell in notebook.task_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        return [
            ReleasedCell(
                name=cell.name,
                kind=cell.cell_type,
                source=cell.source or "",
                points=grades.get(cell.name, tasks.get(cell.name)),
                grade=cell.name in grades,
                solution=cell.name in solutions,
                task=cell.name in tasks,
                locked=cell.locked,
                checksum=cell.checksum,
            )
            for cell in notebook.source_cells
        ]
