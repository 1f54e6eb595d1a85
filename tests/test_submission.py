"""Whatever is handed in becomes code cells, or one sentence."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submission import (
    UnreadableSubmission,
    notebook_cells,
    read,
    script_cells,
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
cells = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("cell_type", "source", "metadata", "outputs"), json_values)
)


def notebook(*cells: object) -> bytes:
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()


def code(source: object, **metadata: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}


def test_grade_cells_are_left_out_and_solution_cells_kept() -> None:
    grade = {"grade": True, "solution": False, "grade_id": "shapes"}
    answer = {"grade": True, "solution": True, "grade_id": "essay"}
    data = notebook(
        code("a = 1"),
        code('check("shapes")', nbgrader=grade),
        code(["b = 2\n", "c = 3"], nbgrader=answer),
        {"cell_type": "markdown", "source": "no code"},
        code("   "),
    )
    assert notebook_cells(data) == ["a = 1", "b = 2\nc = 3"]


def test_an_old_notebook_is_read() -> None:
    data = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}], "nbformat": 3}
    assert notebook_cells(json.dumps(data).encode()) == ["x = 1"]


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert notebook_cells(b"\xef\xbb\xbf" + notebook(code("x = 1"))) == ["x = 1"]
    assert script_cells(b"\xef\xbb\xbfx = 1\n") == ["x = 1\n"]


def test_a_script_is_cut_at_its_cell_marks() -> None:
    text = "import torch\n# %% [markdown]\n# text\n# %%\nx = 1\n\n# %%\ny = 2\n"
    assert script_cells(text.encode()) == ["import torch\n", "# %%\nx = 1\n\n", "# %%\ny = 2\n"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[]", "no notebook"),
        (b'{"cells": 3}', "no notebook"),
    ],
)
def test_what_is_no_notebook_is_refused_in_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSubmission, match=reason):
        notebook_cells(data)


@given(st.lists(json_values | cells, max_size=4))
def test_malformed_cells_are_passed_over(listed: list[object]) -> None:
    for source in notebook_cells(json.dumps({"cells": listed}).encode()):
        assert isinstance(source, str)


@given(st.binary(max_size=300))
def test_any_bytes_are_cells_or_refused(data: bytes) -> None:
    for reader in (notebook_cells, script_cells):
        try:
            assert all(isinstance(cell, str) for cell in reader(data))
        except UnreadableSubmission:
            continue


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hello_rnn.py"
    path.write_text("x = 1\n" * 1000)
    with pytest.raises(UnreadableSubmission, match="larger than"):
        read(path, "hello_rnn", max_bytes=100, max_cells=10)
    path.write_text("# %%\nx = 1\n" * 1000)
    with pytest.raises(UnreadableSubmission, match="1000 code cells"):
        read(path, "hello_rnn", max_bytes=10**6, max_cells=10)
