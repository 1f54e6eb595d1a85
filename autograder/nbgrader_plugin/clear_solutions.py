"""nbgrader's ClearSolutions with a stub that says which function is not written yet."""

from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import ClearSolutions

from autograder.nbgrader_plugin.regions import RegionError, replace_regions


class NamedStubs(ClearSolutions):  # type: ignore[misc,unused-ignore]
    """Replaces a region by `raise NotImplementedError("<function> is not written yet")`.

    nbgrader's own `code_stub` is one text for all regions. What is no region inside a function
    (written answers, whole-cell solutions of a notebook made by hand) is left to nbgrader.
    """

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """`cell` without its solution, and `resources` as given."""
        if cell.cell_type == "code" and utils.is_solution(cell):
            try:
                stub = replace_regions(cell.source)
            except RegionError:
                stub = cell.source
            if stub != cell.source:
                cell.source = stub
                return cell, resources
        return super().preprocess_cell(cell, resources, cell_index)  # type: ignore[no-any-return,unused-ignore]
