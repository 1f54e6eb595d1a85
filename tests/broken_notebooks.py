"""Notebooks as students really hand them in: what happened to each, and what its code earns.

All start from a right solution of hello_rnn, worth 10 points. Most of what can happen to a notebook
leaves the code as it was, and so the score.
"""

import copy
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sample_course import REPO

from autograder.course.bank import read_release

EXERCISE = "hello_rnn"
FULL = 10.0
GRADE_CELLS = ("shapes", "detachment", "accuracy")
Notebook = dict[str, Any]
Change = Callable[[Notebook], object]


@dataclass(frozen=True)
class HandedIn:
    """A file, what its code earns, and a piece of what is said where that is not everything."""

    data: bytes
    score: float = FULL
    reason: str = ""


def solved() -> Notebook:
    """The released notebook with the solution written into it."""
    path = REPO / "source" / EXERCISE / f"{EXERCISE}.ipynb"
    source = {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
    notebook = read_release(REPO, EXERCISE)
    for cell in notebook["cells"]:
        text = "".join(source[cell["id"]]["source"])
        cell["source"] = re.sub(r" *### (BEGIN|END) SOLUTION\n", "", text)
    return notebook


def role(notebook: Notebook, name: str) -> dict[str, Any]:
    """The cell with this grade_id."""
    cells = notebook["cells"]
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def solutions(notebook: Notebook) -> list[dict[str, Any]]:
    """The cells that the student writes."""
    return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]


def changed(change: Change) -> Notebook:
    notebook = solved()
    change(notebook)
    return notebook


def code(source: object, **more: object) -> dict[str, Any]:
    empty = {"metadata": {}, "outputs": [], "execution_count": None}
    return {"cell_type": "code", "source": source, **empty, **more}


def output(data: dict[str, str]) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}


# --- grade cells and metadata: nothing that anyone does to them moves a score ---


def doubles(notebook: Notebook) -> None:
    for name in ("shapes", "accuracy", "solution-fit"):
        place = notebook["cells"].index(role(notebook, name))
        for _ in range(2):
            notebook["cells"].insert(place, copy.deepcopy(role(notebook, name)))


def deletes(notebook: Notebook) -> None:
    for name in GRADE_CELLS:
        notebook["cells"].remove(role(notebook, name))


def moves_to_the_top(notebook: Notebook) -> None:
    for name in GRADE_CELLS:
        cell = role(notebook, name)
        notebook["cells"].remove(cell)
        notebook["cells"].insert(0, cell)


def swaps(notebook: Notebook) -> None:
    cells = [role(notebook, name) for name in GRADE_CELLS]
    for cell, other in zip(cells, [*cells[1:], cells[0]], strict=True):
        cell["metadata"] = copy.deepcopy(other["metadata"])


def strips(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    notebook["nbformat_minor"] = 2


def has_no_metadata_at_all(notebook: Notebook) -> None:
    for cell, nothing in zip(notebook["cells"], [None, [], 3, "x"] * 10, strict=False):
        cell["metadata"] = nothing
    del notebook["metadata"]


def raises_points(notebook: Notebook) -> None:
    role(notebook, "shapes")["metadata"]["nbgrader"]["points"] = 400
    role(notebook, "accuracy")["metadata"]["nbgrader"].update(grade=False, schema_version=99)
    role(notebook, "detachment")["metadata"]["nbgrader"].update(schema_version=1, points="many")
    extra = {"grade_id": "mine", "grade": True, "points": 50, "schema_version": 3}
    notebook["cells"].append(code("50", metadata={"nbgrader": extra}))


def has_odd_points(notebook: Notebook) -> None:
    for name, points in zip(GRADE_CELLS, (float("nan"), float("inf"), -(10**400)), strict=True):
        role(notebook, name)["metadata"]["nbgrader"]["points"] = points


def edits_grade_cells(notebook: Notebook) -> None:
    cell = role(notebook, "shapes")
    cell["source"] = "4.0"
    cell["outputs"] = [output({"text/plain": "4.0"}), output({"text/html": "<b>4 of 4</b>"})]
    role(notebook, "accuracy")["cell_type"] = "markdown"


def marks_answers_as_grade_cells(notebook: Notebook) -> None:
    for cell in solutions(notebook):
        cell["metadata"]["nbgrader"].update(grade=True, solution=False, points=10, locked=True)


def mangles_outputs(notebook: Notebook) -> None:
    cell = role(notebook, "solution-fit")
    cell["outputs"] = [
        None, 5, {}, {"output_type": []}, {"output_type": "display_data", "data": [1]},
        {"output_type": "stream", "text": "\ud800"}, {"output_type": "error", "traceback": 3},
        {"output_type": "execute_result", "data": {"text/plain": {"a": 1}}, "metadata": 7},
    ]  # fmt: skip
    cell["execution_count"] = "many"
    notebook["cells"] += [None, 7, {"cell_type": "poem"}, {"cell_type": "code", "source": [1]}]
    notebook["metadata"] = {"language": 3, "kernelspec": {"name": "perl"}}


# --- what other programs, kernels and people leave behind ---


def uses_magics(notebook: Notebook) -> None:
    role(notebook, "solution-fit")["source"] = (
        "%%time\n" + "".join(role(notebook, "solution-fit")["source"])
    )  # fmt: skip
    for magic in (
        "%matplotlib inline\n!pip install torch\nimport torch",
        "%%bash\nrm -rf ~", "?torch.nn", "torch.nn??", "%%writefile x.py\nx = 1", "%run x.py",
        "files = !ls\nfiles[:1]", "%%R\nx <- c(1, 2)", "%load_ext autoreload\n%autoreload 2",
        "%timeit torch.zeros(3)", "from google.colab import drive\ndrive.mount('/content')",
    ):  # fmt: skip
        notebook["cells"].insert(2, code(magic))


def was_opened_with_another_kernel(notebook: Notebook) -> None:
    notebook["metadata"] = {
        "kernelspec": {"name": "ir", "display_name": "R", "language": "R"},
        "language_info": {"name": "R", "pygments_lexer": "r", "file_extension": ".r"},
    }


def comes_from_colab(notebook: Notebook) -> None:
    for number, cell in enumerate(notebook["cells"]):
        del cell["id"]
        cell["metadata"]["id"] = f"x{number}"
        cell["metadata"]["colab"] = {"base_uri": "https://localhost:8080/", "height": 35}
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
    notebook["metadata"] = {
        "accelerator": "GPU", "colab": {"provenance": []}, "kernelspec": {"name": "python3"},
    }  # fmt: skip
    notebook.update(nbformat=4, nbformat_minor=0)


def has_cells_in_lines_of_windows(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")


def has_half_characters(notebook: Notebook) -> None:
    notebook["cells"].insert(2, code("# \ud83d what was an emoji\nx = '\udfff'"))
    notebook["cells"].insert(2, {"cell_type": "markdown", "source": "\ud800", "metadata": {}})


def has_a_cell_that_raises(notebook: Notebook) -> None:
    notebook["cells"].insert(2, code("raise SystemExit('\\x1b[31m[red]stop[/red]')"))


def has_many_cells(notebook: Notebook) -> None:
    notebook["cells"] += [{"cell_type": "markdown", "source": "", "metadata": {}}] * 1500


def has_fifty_megabytes_of_output(notebook: Notebook) -> None:
    line = {"output_type": "stream", "name": "stdout", "text": ["loss = 0.123456789\n"] * 50_000}
    html = output({"text/html": "<td>1</td>" * 100_000, "text/plain": "x" * 500_000})
    role(notebook, "solution-fit")["outputs"] = [line] * 25 + [html] * 15


def has_no_answer(notebook: Notebook) -> None:
    for cell in solutions(notebook):
        notebook["cells"].remove(cell)


def has_answers_as_text(notebook: Notebook) -> None:
    role(notebook, "solution-spell")["cell_type"] = "raw"
    role(notebook, "solution-fit")["cell_type"] = "markdown"


def has_one_answer_less(notebook: Notebook) -> None:
    notebook["cells"].remove(role(notebook, "solution-spell"))


def is_written_in_r(notebook: Notebook) -> None:
    for cell in solutions(notebook):
        cell["source"] = "fit <- function(x) {\n  x + 1\n}"
    was_opened_with_another_kernel(notebook)


def in_format_3(notebook: Notebook, number: int = 3) -> Notebook:
    cells = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            old = {
                "cell_type": "code", "input": text, "language": "python", "collapsed": False,
                "prompt_number": 3, "outputs": [{"output_type": "pyout", "text": "1"}],
            }  # fmt: skip
        else:
            old = {"cell_type": cell["cell_type"], "source": text}
        cells.append({**old, "metadata": cell["metadata"]})
    return {"metadata": {"name": ""}, "nbformat": number, "nbformat_minor": 0,
            "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip


# --- all of them ---

RIGHT: dict[str, Change] = {
    "doubled": doubles,
    "deleted": deletes,
    "moved": moves_to_the_top,
    "swapped": swaps,
    "stripped": strips,
    "no_metadata": has_no_metadata_at_all,
    "raised": raises_points,
    "odd_points": has_odd_points,
    "edited": edits_grade_cells,
    "answers_as_grade_cells": marks_answers_as_grade_cells,
    "mangled_outputs": mangles_outputs,
    "magics": uses_magics,
    "other_kernel": was_opened_with_another_kernel,
    "colab": comes_from_colab,
    "windows": has_cells_in_lines_of_windows,
    "half_characters": has_half_characters,
    "raises": has_a_cell_that_raises,
    "answers_as_text": has_answers_as_text,
    "1500_cells": has_many_cells,
    "50_megabytes": has_fifty_megabytes_of_output,
    "no_version": lambda notebook: [notebook.pop("nbformat"), notebook.pop("nbformat_minor")],
    "future_version": lambda notebook: notebook.update(nbformat=99, nbformat_minor="x"),
    "duplicate_ids": lambda notebook: [cell.update(id="same") for cell in notebook["cells"]],
}

NO_JSON = "not valid JSON"
NO_NOTEBOOK = "no notebook"


def handed_in() -> dict[str, HandedIn]:
    """Every case, by the name of who handed it in."""
    plain = json.dumps(solved()).encode()
    umlauts = solved()
    umlauts["cells"].insert(2, code("größe = 'für größere Übungen'"))
    german = json.dumps(umlauts, ensure_ascii=False)
    files = {name: HandedIn(json.dumps(changed(change)).encode()) for name, change in RIGHT.items()}
    files |= {
        "format_3": HandedIn(json.dumps(in_format_3(solved())).encode()),
        "format_2": HandedIn(json.dumps(in_format_3(solved(), 2)).encode()),
        "byte_order_mark": HandedIn(b"\xef\xbb\xbf" + german.encode()),
        "utf_16": HandedIn(german.encode("utf-16")),
        "utf_16_big": HandedIn(german.encode("utf-16-be")),
        "latin_1": HandedIn(german.encode("latin-1", "replace")),
        "no_answer": HandedIn(_bytes(has_no_answer), 0, "SimpleRNN"),
        "one_answer_less": HandedIn(_bytes(has_one_answer_less), 7.5, "spell"),
        "in_r": HandedIn(_bytes(is_written_in_r), 0, "SyntaxError"),
        "empty": HandedIn(b"", 0, NO_JSON),
        "nothing": HandedIn(b"\0" * 4096, 0, NO_JSON),
        "cut": HandedIn(plain[: len(plain) // 2], 0, NO_JSON),
        "zeros_at_the_end": HandedIn(plain + b"\0" * 512, 0, NO_JSON),
        "merge_conflict": HandedIn(plain.replace(b'"cells"', b'<<<<<<< HEAD\n"cells"'), 0, NO_JSON),
        "python": HandedIn(repr(solved()).encode(), 0, NO_JSON),
        "archive": HandedIn(b"PK\x03\x04\x14\0" + random.Random(1).randbytes(3000), 0, NO_JSON),
        "login_page": HandedIn(b"<!DOCTYPE html><title>Log in</title>", 0, NO_JSON),
        "cut_utf_16": HandedIn(b"\xff\xfe\x00", 0, NO_JSON),
        "deep": HandedIn(b'{"cells": ' + b"[" * 200_000, 0, NO_JSON),
        "list": HandedIn(b"[1, 2]", 0, NO_NOTEBOOK),
        "text": HandedIn(json.dumps(plain.decode()).encode(), 0, NO_NOTEBOOK),
        "no_list": HandedIn(b'{"cells": {"a": 1}}', 0, NO_NOTEBOOK),
        "no_sheet": HandedIn(
            b'{"worksheets": [{"cells": 7}, 3], "nbformat": 3}', 0, "is not there"
        ),
        "20_000_cells": HandedIn(_cells("markdown", 20_000), 0, "20000 cells; the limit is 4000"),
        "3_000_code_cells": HandedIn(_cells("code", 3000), 0, "3000 code cells; the limit is 2000"),
        "too_large": HandedIn(b" " * (64 * 2**20) + plain, 0, "larger than 64 MiB"),
        "too_much_code": HandedIn(_much_code(), 0, "code is larger than 20 MiB"),
    }
    return files


def _bytes(change: Change) -> bytes:
    return json.dumps(changed(change)).encode()


def _cells(kind: str, count: int) -> bytes:
    cell = {"cell_type": kind, "source": "x = 1", "metadata": {}}
    return json.dumps({"cells": [cell] * count, "metadata": {}, "nbformat": 4}).encode()


def _much_code() -> bytes:
    notebook = solved()
    notebook["cells"].append(code("#" * (20 * 2**20)))
    return json.dumps(notebook).encode()
