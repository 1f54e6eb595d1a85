"""The plugin's parts: reading, cleaning and grading one notebook, without nbgrader's commands."""

import contextlib
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.utils import determine_grade
from traitlets import TraitError

from autograder.nbgrader_plugin.grade import GradeInSandbox
from autograder.nbgrader_plugin.markdown import harmless
from autograder.nbgrader_plugin.outputs import Allowance, plain, safe_html, sanitised
from autograder.nbgrader_plugin.reading import read_notebook
from autograder.submission import UnreadableSubmission

LOG = logging.getLogger("of these tests")
"""Else it is that of any nbgrader command run in this process, which tells pytest nothing."""
PICTURES: Mapping[str, Mapping[str, str]] = {"a.png": {"image/png": "iVBORw0KGgo="}}

# --- markdown ---


@pytest.mark.parametrize(
    "text",
    [
        "# A title\n\nwith $i<n$ and $a<b>c$ and 1 < 2 & 3 > 2",
        "$$\n\\begin{align} x &< y \\\\ y &> 2 \\end{align}\n$$",
        "`<script>alert(1)</script>` is dangerous",
        "```html\n<script>x</script>\n<img src=x onerror=alert(1)>\n```\n",
        "```python\nif a<b: print('<x>')\n```",
        "    indented <script>",
        "<b>bold</b><br> <img src='x.png' width=300> <font color=red>r</font> H<sub>2</sub>O",
        '<div class="alert alert-info">\n\n**Note**\n\n</div>',
        "[x](https://example.org/a?b=c#d) <https://example.org> <me@example.org> [up](#top)",
        "![of mine](attachment:a.png) ![beside](plots/my-loss_1.png)",
        "<a href='https://example.org' target='_blank'>there</a>",
        "$\\hat{y}_t = \\operatorname{softmax}(W \\mathbf{h}_t) \\qquad \\text{(now)}$",
        "`\\href{javascript:x}{y}` in code, and $a \\le b \\\\[2pt] c$",
        "| a | b |\n|:--|--:|\n| 1 | 2 |",
        "- [ ] task\n- [x] done\n\n<!-- a note -->",
        "<details><summary>more</summary>text</details>",
        "```mermaid\nA-->B\n```",
        "Ünïcode ✓ 数 and a line\\\nbreak",
    ],
)
def test_ordinary_markdown_is_left_as_it_is(text: str) -> None:
    assert harmless(text, PICTURES, ["shapes"]) == text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<b onclick='alert(1)'>x</b>",
        "<svg onload=alert(1)>",
        "<iframe src=https://example.org></iframe>",
        "<object data=x></object>",
        "<style>* {display: none}</style>",
        "<form action=x><input type=submit></form>",
        "<base href=https://example.org>",
        "<div style='position: fixed'>x</div>",
        "<div class='panel nbgrader_cell'>x</div>",
        "<div onmouseover=alert(1)\nx=",
        "<a href=x\x0bonclick=alert(1)>x</a>",
        "<plaintext>",
        "<font color=white>",
        "</div></div><h1>Score: 10 of 10</h1>",
        "<!-- never closed",
        "<!--> <b onclick=alert(1)> -->",
        "[x](javascript:alert(1))",
        "[x](JavaScript&colon;alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<a href=&#106;avascript:alert(1)>x</a>",
        "[x](vbscript:x)",
        "[x](data:text/html,x)",
        "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
        "```mermaid\n<img src=x onerror=alert(1)>\n```",
        "![nowhere](attachment:none.png)",
        "````\n```\n````\n<script>",
        "[x](files/javascript:alert(1))",
        "[x](beside.html)",
        "[x](/formgrader/?path=submitted)",
        "[x](//localhost:8888/terminals/1)",
        "[x](http://localhost:8888/formgrader/manage_students/%3Cscript%3E)",
        "[x](http://127.0.0.1:8888/)",
        "[x](http://[::1]:8888/)",
        "[x](http://0x7f.1/)",
        "[x](http://2130706433/)",
        "[x](http:\\\\localhost)",
        "[x](https://a@localhost/)",
        "![x](https://example.org/p.png)",
        "![x](/logout)",
        "![x](../../secret.png)",
        "![x](?path=x.png)",
        "# shapes",
        "## shapes_extra_credit",
        "# comment-shapes",
        "<h3 id=shapes-comment>x</h3>",
        "<b id=shapes>x</b>",
        "<img name=getElementById>",
        "<a href=https://example.org rel=opener>x</a>",
        "<div class=row>x</div>",
        "$\\href{javascript:alert(1)}{x}$",
        "<div>$\\h&#114;ef{javascript:alert(1)}{x}$</div>",
        "<div>$\\h<!-- -->ref{javascript:alert(1)}{x}$</div>",
        "$\\smash{\\raise 99em{\\Rule{9em}{9em}{0em}}}$",
        "$\\def\\frac#1#2{0}$",
        "$$\\begin{array}{c} a \\\\[-99em] b \\end{array}$$",
    ],
)
def test_markdown_that_would_act_is_shown_as_typed(text: str) -> None:
    shown = harmless(text, PICTURES, ["shapes"])
    assert shown.startswith("*Shown as typed")
    assert plain(text) in shown


# --- outputs ---


def test_html_keeps_its_table_and_loses_what_acts_or_loads() -> None:
    table = "<table><tr><th>a</th></tr><tr><td onclick=x>1</td></tr></table>"
    active = "<script>x</script><style>x</style><svg onload=x></svg><iframe src=x></iframe>"
    links = "<a href='javascript:x'>go</a><img src=https://example.org/x.png><img src=x onerror=x>"
    home = "<a href='/formgrader/?path=x'>x</a><a href='http://localhost'>x</a><a href=b.html>x</a>"
    made = safe_html(table + active + links + home)
    assert "<td>1</td>" in made
    gone = ("script", "style", "svg", "iframe", "src", "onclick", "href")
    assert not any(word in made for word in gone)
    assert 'href="https://example.org/"' in safe_html("<a href=https://example.org/>x</a>")
    assert safe_html("<p>$\\h<b></b>ref{javascript:x}{y}$</p>") == ""


def test_a_deep_or_huge_output_costs_no_time() -> None:
    assert safe_html("<div>" * 10_000) == ""
    assert safe_html("x" * 60_000) == ""
    big = [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}] * 500
    kept = sanitised(big, Allowance())
    assert sum(len(output.text) for output in kept) < 3 * 10**6
    assert sanitised(big, Allowance(50_000))[-1].text == "(498 of 500 outputs are not shown)\n"


def test_what_drives_a_terminal_is_removed() -> None:
    assert plain("\x1b[31mred\x1b[0m 1%\r50%\r100%\r\nnext\x07\x9b") == "100%\nnext"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["cells", "cell_type", "source", "outputs", "metadata", "data", "text", "text/html",
             "output_type", "traceback", "id", "nbgrader", "attachments", "worksheets", "nbformat"]
        )
        | st.text(max_size=3),
        inner | st.sampled_from(["code", "markdown", "stream", "error", "display_data"]),
        max_size=5,
    ),
    max_leaves=30,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(anything, max_size=5), anything)
def test_any_json_with_cells_becomes_a_valid_notebook(cells: list[Any], metadata: Any) -> None:
    data = json.dumps({"cells": cells, "metadata": metadata}).encode()
    notebook = read_notebook(data)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = sanitised(cell.outputs, Allowance())
        cell.pop("attachments", None)
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()


@settings(max_examples=200, deadline=None)
@given(anything)
def test_any_other_json_is_a_notebook_or_says_why_not(raw: Any) -> None:
    with contextlib.suppress(UnreadableSubmission):
        read_notebook(json.dumps(raw).encode())


# --- grading one notebook ---


def test_torch_is_loaded_only_when_something_is_graded() -> None:
    parts = "grade, markdown, outputs, reading, released, restore, sanitise"
    code = (
        f"import sys; from autograder.nbgrader_plugin import {parts}; print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


WHERE = {"nbgrader": {"student": "ada", "assignment": "hello_rnn", "notebook": "hello_rnn"}}


def notebook_with(code: str, **groups: float) -> Any:
    cells = [nbformat.v4.new_code_cell(code)]
    for group, points in groups.items():
        cell = nbformat.v4.new_code_cell(f'check("{group}")')
        cell.metadata["nbgrader"] = nbformat.from_dict(
            {"grade": True, "grade_id": group, "points": points, "solution": False}
        )
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def scores(notebook: Any) -> list[float]:
    """What nbgrader reads out of the grade cells."""
    return [determine_grade(cell)[0] for cell in notebook.cells[1:]]


def test_a_notebook_without_checks_gets_no_points_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    where = {"nbgrader": {"student": "ada", "assignment": "essay", "notebook": "essay"}}
    grade = GradeInSandbox(log=LOG)
    notebook, _ = grade.preprocess(notebook_with("x = 1", shapes=4), where)
    assert scores(notebook) == [0.0]
    assert "There are no checks for 'essay', only for " in caplog.text
    assert "There are no checks for" in notebook.cells[1].outputs[0]["data"]["text/html"]


def test_a_wrong_limit_is_named() -> None:
    with pytest.raises(TraitError, match=r"c\.GradeInSandbox\.limits: .*cpu_second"):
        GradeInSandbox(limits={"cpu_second": 2})


@pytest.mark.slow
def test_limits_and_isolation_are_settings_and_scores_stay_within_a_cells_points(
    caplog: pytest.LogCaptureFixture,
) -> None:
    code = (
        "def next_char_pairs(text, vocab):\n"
        "    while True: pass\n\n"
        "import torch\n"
        "class SimpleRNN(torch.nn.Module):\n"
        "    def __init__(self, *sizes): super().__init__()\n"
        "    def init_hidden(self, batch): return torch.zeros(1, batch, 4)\n"
    )
    notebook = notebook_with(code, shapes=0.2, poetry=5)
    limits = {"cpu_seconds": 1, "check_seconds": 30.0}
    grade = GradeInSandbox(log=LOG, limits=limits, isolation="process")
    with caplog.at_level(logging.INFO):
        notebook, _ = grade.preprocess(notebook, WHERE)
    # init_hidden is worth 0.5: more than this cell; and there are no checks of poetry.
    assert scores(notebook) == [0.2, 0.0]
    assert "Weaker isolation (process)" in caplog.text
    assert "ada/hello_rnn.ipynb: 0.5 of 10 points." in caplog.text
    assert "There are no checks of a group 'poetry'." in caplog.text
    assert "CPU" in notebook.cells[1].outputs[0]["data"]["text/plain"]
