"""`check` and `exploration` in a live kernel, as a student uses them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import checks
from autograder.course.bank import notebook_of, read_release
from autograder.course.leaks import leaks, telling_lines
from autograder.submission import script_cells

ROOT = Path(__file__).parents[1]


def executed(notebook: dict[str, Any]) -> Any:
    node = nbformat.reads(json.dumps(notebook), as_version=4)
    NotebookClient(node, timeout=120, kernel_name="python3", allow_errors=True).execute()
    return node


def outputs(node: Any, cell_id: str) -> list[Any]:
    [cell] = [cell for cell in node.cells if cell.id == cell_id]
    return list(cell.outputs)


def new(*sources: str) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "outputs": [],
         "execution_count": None, "source": source}
        for number, source in enumerate(sources)
    ]  # fmt: skip
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def solution(root: Path) -> list[str]:
    return script_cells((root / "solutions" / "hello_rnn.py").read_bytes())


@pytest.mark.slow
def test_the_release_notebook_runs_from_top_to_bottom(root: Path) -> None:
    node = executed(read_release(root, "hello_rnn"))
    for cell in node.cells:
        assert not [o for o in cell.get("outputs", []) if o.output_type == "error"], cell.source
    [shapes] = outputs(node, "hello_rnn-check-shapes")
    assert shapes.data["text/plain"] == "0"
    assert "next_char_pairs is not written yet" in shapes.data["text/html"]


@pytest.mark.slow
def test_a_solved_notebook_sees_its_points(root: Path, solution: list[str]) -> None:
    node = executed(notebook_of(solution, read_release(root, "hello_rnn")))
    for group, points in (("shapes", "4"), ("detachment", "3"), ("accuracy", "3")):
        [result] = outputs(node, f"hello_rnn-check-{group}")
        assert result.output_type == "execute_result"
        assert result.data["text/plain"] == points
        assert "When graded" in result.data["text/html"]
    pictures = [
        o for c in node.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})
    ]
    assert len(pictures) == 3


@pytest.mark.slow
def test_a_wrong_answer_is_a_table_with_the_reason_never_an_exception(solution: list[str]) -> None:
    broken = "def train_step(model, optimizer, inputs, targets, hidden):\n    return None"
    node = executed(new(
        *solution[:-3], broken,
        'check("detachment")', 'check("shape")', 'print(check("detachment"))',
        "import torch; torch.manual_seed(3); check('shapes')._run(); print(torch.initial_seed())",
        "from autograder import hint", 'hint("detachment")', 'hint("shapes")',
    ))  # fmt: skip
    table, unknown, printed, seed, _, hinted, none = [cell.outputs for cell in node.cells[-7:]]
    assert "does the state you pass on still remember" in hinted[0].data["text/html"]
    assert "nothing to hint at" in none[0].data["text/plain"]
    assert table[0].data["text/plain"] == "0"
    assert "got None (is a return missing?)" in table[0].data["text/html"]
    assert "There is no group" in unknown[0].data["text/html"]
    assert unknown[0].data["text/plain"] == "0"
    assert "✗ train_step" in printed[0].text
    assert seed[0].text == "3\n"


@pytest.mark.slow
def test_an_empty_notebook_is_told_to_run_the_cells_above() -> None:
    node = executed(new("from autograder import check", 'check("shapes")'))
    [result] = node.cells[-1].outputs
    assert "run the cells above" in result.data["text/html"]
    assert result.data["text/plain"] == "0"


def test_importing_the_kit_costs_nothing_until_it_is_used(root: Path) -> None:
    code = "import sys, autograder; print({'torch', 'pytest', 'rich'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("path", sorted(ROOT.glob("solutions/[!_]*.py")), ids=lambda p: p.stem)
def test_no_line_of_a_solution_and_no_hidden_check_is_in_what_students_get(path: Path) -> None:
    assert leaks(ROOT, path.stem) == []
    if path.stem in checks.exercises():
        assert len(telling_lines(ROOT, path.stem)) > 100
