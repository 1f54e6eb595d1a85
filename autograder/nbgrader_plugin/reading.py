"""Reads what was submitted, however mangled, as a notebook that nbgrader can work with."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde

from autograder.nbgrader_plugin import gradebook, handed_in
from autograder.sandbox.inside.limits import Limits
from autograder.submission import (
    NOTEBOOK_BYTES,
    UnreadableSubmission,
    file_bytes,
    parse,
    refuse_too_many,
    text_of,
)
from autograder.tables import one_line

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class TolerantExporter(NotebookExporter):  # type: ignore[misc,unused-ignore]
    """Writes notebooks as nbgrader does, but reads anything.

    A file that is no notebook becomes one with a single cell that says why, and the reason stands
    in its metadata, so that the student gets 0 points and a page instead of nothing.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)  # type: ignore[no-untyped-call,unused-ignore]
        if isinstance(self.parent, Autograde):
            handed_in.guard(self.parent)
            if isinstance(self.parent.parent, AutogradeApp):
                gradebook.share_engines()

    def from_filename(
        self, filename: str, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The notebook in the file, through the preprocessors, and its resources."""
        path = Path(filename)
        try:
            notebook = read_notebook(file_bytes(path, NOTEBOOK_BYTES))
        except UnreadableSubmission as error:
            notebook = self._unreadable(path, str(error))
        except OSError as error:
            notebook = self._unreadable(path, f"the file cannot be read: {error.strerror}")
        resources = {} if resources is None else resources
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        export: Callable[..., tuple[Any, Any]] = self.from_notebook_node
        return export(notebook, resources, **kwargs)

    def _unreadable(self, path: Path, reason: str) -> NotebookNode:
        self.log.error("%s cannot be graded: %s.", one_line(str(path)), reason)
        notebook = _notebook(
            [nbformat.v4.new_markdown_cell(f"Not graded: {reason}.", id="problem")]
        )
        notebook.metadata["autograder"] = {"problem": reason}
        return notebook


def problem_of(notebook: Any) -> str:
    """Why the submitted file could not be read; "" if it could."""
    kit = notebook.metadata.get("autograder")
    problem = kit.get("problem") if isinstance(kit, dict) else None
    return problem[:1000] if isinstance(problem, str) else ""


def read_notebook(data: bytes) -> NotebookNode:
    """A notebook of format 4.5 from the bytes of any.

    Of metadata, only nbgrader's, the kit's and the kernel's are kept: tags, widgets and the like
    would reach the pages that people look at. Raises UnreadableSubmission.
    """
    raw = _converted(parse(data))
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list):
        raise UnreadableSubmission("the file is JSON, but no notebook: it has no list of cells")
    refuse_too_many(cells, Limits().cells)
    return _notebook(list(_cells(cells)), raw.get("metadata"))


def _converted(raw: Any) -> Any:
    """A notebook of format 3 or older in today's format, as far as nbformat understands it."""
    if not isinstance(raw, dict) or "cells" in raw or not isinstance(raw.get("worksheets"), list):
        return raw
    try:
        return nbformat.convert(nbformat.from_dict(raw), 4)
    except Exception:  # its converters fall over anything unexpected
        sheets = [sheet for sheet in raw["worksheets"] if isinstance(sheet, dict)]
        lists = [sheet["cells"] for sheet in sheets if isinstance(sheet.get("cells"), list)]
        return {"cells": [cell for cells in lists for cell in cells]}


def _notebook(cells: list[NotebookNode], metadata: Any = None) -> NotebookNode:
    notebook: NotebookNode = nbformat.v4.new_notebook(
        metadata={"language_info": {"name": "python"}}
    )
    notebook.cells = cells
    given = dict(_items(metadata))
    kernel, kit = _texts(given.get("kernelspec")), _texts(given.get("autograder"))
    if {"name", "display_name"} <= kernel.keys():
        notebook.metadata["kernelspec"] = kernel
    if kit:
        notebook.metadata["autograder"] = kit
    return notebook


def _cells(raw: list[Any]) -> Iterator[NotebookNode]:
    """The cells that are any, each with an id of its own."""
    used: set[str] = set()
    for number, cell in enumerate(raw, start=1):
        if not isinstance(cell, dict):
            continue
        name = cell.get("id")
        if not isinstance(name, str) or not _ID.fullmatch(name) or name in used:
            name = f"cell-{number}"
        while name in used:
            name += "-"
        used.add(name)
        yield _cell(cell, name)


def _cell(raw: dict[str, Any], name: str) -> NotebookNode:
    """One cell with everything in its place."""
    kind = raw.get("cell_type")
    kind = kind if kind in ("code", "markdown") else "raw"
    source = text_of(raw.get("source", raw.get("input")))
    # Not nbformat's new_*_cell: they validate each cell by itself, and its writer does so again.
    cell = NotebookNode(id=name, cell_type=kind, metadata=NotebookNode(), source=source)
    if kind == "code":
        outputs = raw.get("outputs")
        cell.outputs = [_output(out) for out in outputs] if isinstance(outputs, list) else []
        cell.execution_count = None
    elif kind == "markdown":
        cell.attachments = {key: _texts(value) for key, value in _items(raw.get("attachments"))}
    for key, value in _items(raw.get("metadata")):
        if key == "nbgrader" and isinstance(value, dict):
            cell.metadata[key] = NotebookNode(
                {k: v for k, v in _items(value) if isinstance(v, str | int | float)}
            )
    return cell


def _output(raw: Any) -> NotebookNode:
    """A valid output with the same texts, each in one piece; the sanitising step judges it.

    An empty one stands for what is none, so that the sanitising step can count it.
    """
    given = raw if isinstance(raw, dict) else {}
    kind = given.get("output_type")
    new: Callable[..., NotebookNode] = nbformat.v4.new_output
    if kind in ("display_data", "execute_result"):
        return new(kind, _texts(given.get("data")))
    if kind == "error":
        lines = given.get("traceback")
        return new(
            "error",
            ename=text_of(given.get("ename")),
            evalue=text_of(given.get("evalue")),
            traceback=[text_of(line) for line in lines] if isinstance(lines, list) else [],
        )
    text = text_of(given.get("text")) if kind == "stream" else ""
    return new("stream", name="stderr" if given.get("name") == "stderr" else "stdout", text=text)


def _texts(value: Any) -> NotebookNode:
    return NotebookNode({key: text_of(text) for key, text in _items(value)})


def _items(value: Any) -> list[tuple[str, Any]]:
    """The items of what should be a dictionary, its keys fit for a file."""
    return [(text_of(k), v) for k, v in value.items()] if isinstance(value, dict) else []
