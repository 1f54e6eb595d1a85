"""Gives the cells of a submitted notebook the roles they were released with."""

from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.nbgrader_plugin.released import ReleasedCell, released_cells


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc,unused-ignore]
    """Takes nbgrader's metadata from the gradebook instead of from the student.

    Stands before nbgrader's OverwriteCells, which restores the text of locked cells. Of a doubled
    cell the last keeps its role and the others become ordinary cells, as nbgrader means it; a
    missing graded cell is put back; a cell whose metadata is lost is known by its id or its text.
    An answer to which nothing was added gets its released text, by which nbgrader gives it 0
    points without asking anyone; a task gets back the mark scheme that was taken out of it.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` with every released graded cell in it exactly once, and `resources` as given."""
        released = {cell.name: cell for cell in released_cells(resources)}
        roles = _roles(nb.cells, released)
        for index, cell in enumerate(nb.cells):
            claimed = cell.metadata.pop("nbgrader", None)
            if index in roles:
                nb.cells[index] = self._with_role(cell, claimed, roles[index])
            elif claimed is not None:
                self.log.warning("Cell %d is doubled or not ours: an ordinary cell now", index + 1)
        self._put_back_missing(nb.cells, released.values())
        return nb, resources

    def _with_role(self, cell: Any, claimed: Any, role: ReleasedCell) -> Any:
        """`cell` as the kind of cell it was released as, with its metadata."""
        claims = claimed if isinstance(claimed, dict) else {}
        changed = [
            f"{key}={claims.get(key)!r:.40}"
            for key, value in role.metadata.items()
            if key not in ("schema_version", "cell_type", "checksum") and claims.get(key) != value
        ]
        if changed:
            self.log.warning("Cell %r was changed, restored: %s", role.name, ", ".join(changed))
        if cell.cell_type != role.kind:
            cell = _new_cell(role.kind, cell.source, cell.get("id", role.name))
        cell.metadata["nbgrader"] = nbformat.from_dict(role.metadata)
        if role.task or (role.is_answer and _lines(cell.source) <= _lines(role.source)):
            cell.source = role.source
        return cell

    def _put_back_missing(self, cells: list[Any], released: Iterable[ReleasedCell]) -> None:
        """Insert graded cells that are not there, each after the released cell before it."""
        places = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in cells}
        after = next((i for i, c in enumerate(cells) if "nbgrader" in c.metadata), len(cells))
        for role in released:
            if role.name in places:
                after = next(i for i, c in enumerate(cells) if c is places[role.name]) + 1
            elif role.grade or role.task:
                self.log.warning("Cell %r is missing: put back", role.name)
                cell = _new_cell(role.kind, role.source, _free_id(cells, role.name))
                cell.metadata["nbgrader"] = nbformat.from_dict(role.metadata)
                cells.insert(after, cell)
                after += 1


def _roles(cells: list[Any], released: Mapping[str, ReleasedCell]) -> dict[int, ReleasedCell]:
    """Which cell, by index, plays which released part: at most one for each."""
    parts: dict[str, int] = {}
    for index, cell in enumerate(cells):
        metadata = cell.metadata.get("nbgrader")
        name = metadata.get("grade_id") if isinstance(metadata, dict) else None
        if isinstance(name, str) and name in released:
            parts[name] = index
    for role in released.values():
        if role.name not in parts:
            free = (i for i in range(len(cells)) if i not in parts.values())
            found = [index for index in free if _is_without_metadata(cells[index], role)]
            if found:
                parts[role.name] = found[-1]
    return {index: released[name] for name, index in parts.items()}


def _is_without_metadata(cell: Any, role: ReleasedCell) -> bool:
    """Whether `cell` was released as `role` and has since lost its metadata.

    The build gives a cell an id that ends with its grade_id; other tools keep the text at least of
    what a student has no reason to change.
    """
    if "nbgrader" in cell.metadata or cell.cell_type != role.kind:
        return False
    if role.locked:
        return bool(cell.source.strip() == role.source.strip())
    return bool(cell.get("id", "").endswith(f"-{role.name}"))


def _lines(source: str) -> set[str]:
    """What stands in a text, however it is spaced."""
    return {" ".join(line.split()) for line in source.splitlines()} - {""}


def _new_cell(kind: str, source: str, name: str) -> Any:
    if kind == "code":
        return nbformat.v4.new_code_cell(source, id=name)
    return nbformat.v4.new_markdown_cell(source, id=name)


def _free_id(cells: Iterable[Any], name: str) -> str:
    used = {cell.get("id") for cell in cells}
    wanted = f"restored-{name}"[:50]
    return next(i for i in (wanted, *(f"{wanted}-{n}" for n in range(len(used)))) if i not in used)
