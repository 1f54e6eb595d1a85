"""Checks the metadata of nbgrader's cells, against a schema that is read once."""

import functools
from collections.abc import Callable
from typing import Any

import fastjsonschema
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.preprocessors import CheckCellMetadata


class CheckCells(CheckCellMetadata):  # type: ignore[misc,unused-ignore]
    """CheckCellMetadata with the schema compiled once; nbgrader's checks it anew for each cell."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """`nb` and `resources` as given. Raises ValidationError, as nbgrader's does."""
        try:
            _Validator().validate_nb(nb)
        except Exception:
            return super().preprocess(nb, resources)  # type: ignore[no-any-return,unused-ignore]
        return nb, resources


class _Compiled(BaseMetadataValidator):  # type: ignore[misc,unused-ignore]
    def __init__(self) -> None:
        """Nothing is to be read."""

    def validate_cell(self, cell: Any) -> None:
        if "nbgrader" in cell.metadata:
            _schema()(cell.metadata.nbgrader)


class _Validator(MetadataValidator, _Compiled):  # type: ignore[misc,unused-ignore]
    """nbgrader's own, in which `_Compiled` stands for its base."""


@functools.cache
def _schema() -> Callable[[Any], Any]:
    compiled: Callable[[Any], Any] = fastjsonschema.compile(
        MetadataValidator().schema, use_default=False
    )
    return compiled
