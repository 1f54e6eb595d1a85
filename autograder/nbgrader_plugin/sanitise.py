"""Cleans a submitted notebook for whoever looks at it, in nbgrader's sanitizing step."""

from typing import Any

from nbformat.v4 import new_markdown_cell
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.nbgrader_plugin.markdown import as_typed, harmless, safe_attachments
from autograder.nbgrader_plugin.outputs import Allowance, sanitised
from autograder.nbgrader_plugin.released import released_cells

MARKDOWN_CHARS = 200_000
"""Of one notebook, that are rendered; the rest is shown as typed."""


class Sanitise(NbGraderPreprocessor):  # type: ignore[misc,unused-ignore]
    """Keeps what a student's cells show, for grading by hand, without anything that acts.

    Stands after RestoreCells, which decides what is text and what is code. What grade cells claim
    to show is dropped; raw cells, which would be part of a page as they are, are shown as typed.
    Code is not touched, and neither is the teacher's text, by whose checksum nbgrader sees that
    nothing was answered.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` with harmless text and outputs, and `resources` as given."""
        try:
            released = released_cells(resources)
        except MissingEntry:
            released = []
        teachers, names = {cell.source for cell in released}, [cell.name for cell in released]
        allowance, rendered = Allowance(), Allowance(MARKDOWN_CHARS)
        for index, cell in enumerate(nb.cells):
            if cell.cell_type == "code":
                graded = utils.is_grade(cell)
                cell.outputs = [] if graded else sanitised(cell.outputs, allowance)
                cell.execution_count = None
            elif cell.cell_type != "markdown":
                source = as_typed(cell.source, "it is a raw cell")
                nb.cells[index] = new_markdown_cell(source, id=cell.id)
            else:
                attachments = safe_attachments(cell.pop("attachments", None))
                if cell.source not in teachers and rendered.covers(len(cell.source)):
                    cell.source = harmless(cell.source, attachments, names)
                elif cell.source not in teachers:
                    cell.source = as_typed(cell.source, "the notebook is very long")
                if attachments:
                    cell["attachments"] = attachments
        return nb, resources
