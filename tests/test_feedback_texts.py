"""Formulas and texts on feedback pages: typeset or as typed, whatever stands in them, and valid."""

import html
import re
import time
from pathlib import Path

import hostile_notebook as hostile
import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_course import REPO

from autograder.nbgrader_plugin.feedback.formulas import CHARS, DEPTH, typeset
from autograder.nbgrader_plugin.feedback.texts import Outline, code, markdown, shown_html

FORMULAS = [
    r"h_t = \tanh(W_x x_t + W_h h_{t-1} + b)", r"\frac{\partial L}{\partial W_h}", r"\sqrt[3]{x}",
    r"\delta_0 = (\mathrm{d}h_0 + W_h^\top \delta_1) \odot (1 - h_0^2)", r"\hat{y} \le \mathbb{R}",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", r"\begin{cases} 1 & x < 0 \\ 0 \end{cases}",
    r"\begin{align} a &= b \label{one} \\ &= c \nonumber \end{align}", r"a = b \\ c = d",
    r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", r"\|x\|_2 \text{ if } x > 0",
    r"\prod_{k=1}^{T-1} \mathrm{diag}(1 - h_k^2)\,W_h", r"f'(x) \approx 10\,\%", "a < b > c & d",
]  # fmt: skip
DEEP = ["{" * DEPTH + "x" + "}" * DEPTH, r"\sqrt" * 199 + " x", r"\left(" * 166, r"{\}" * 333,
        "{" * CHARS, "x" + "'" * (CHARS - 1), r"\frac1" * 166, "x^" * 499, "x+" * CHARS,
        r"\newcommand{\a}[1]{#1#1#1#1}\a{\a{\a{\a{\a{x}}}}}", r"\def\a{\a\a}\a"]  # fmt: skip


def no_pictures(_: str) -> None:
    return None


def is_valid(piece: str) -> bool:
    """Whether a body that holds it is HTML without a fault."""
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body>{piece}</body></html>"
    html5lib.HTMLParser(strict=True).parse(page)
    return True


# --- formulas ---


def test_every_formula_of_the_exercises_is_typeset() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (REPO / "solutions").glob("*.py")]
    made = [render(text.replace("\n# ", "\n").replace("\n#\n", "\n\n")) for text in texts]
    assert sum(page.count("<math") for page in made) > 40
    assert not any("$$" in page for page in made)


@pytest.mark.parametrize("tex", FORMULAS[:-1])
def test_a_formula_is_typeset(tex: str) -> None:
    for display in (False, True):
        made = typeset(tex, display)
        assert "<math" in made
        assert "<code" not in made
        assert is_valid(made)


def test_rows_stay_rows() -> None:
    assert typeset(r"a = b \\ c = d", True).count("<mtr>") == 2
    assert typeset(r"\begin{align} a &= b \\ &= c \end{align}", True).count("<mtr>") == 2


@pytest.mark.parametrize("tex", [formula.strip("$") for formula in hostile.FORMULAS])
def test_a_formula_that_would_act_is_shown_as_typed(tex: str) -> None:
    made = typeset(tex, False)
    assert made.startswith("<code>$")
    assert "<math" not in made
    assert is_valid(made)


@pytest.mark.parametrize("tex", DEEP)
def test_a_formula_of_any_depth_or_size_is_shown_at_once(tex: str) -> None:
    begin = time.process_time()
    made = typeset(tex, True)
    assert time.process_time() - begin < 5
    assert is_valid(made)


def test_text_in_formulas_is_text() -> None:
    made = typeset(r"\text{<script>marked = 1</script>} <img src=x>", False)
    assert "<script" not in made
    assert "<img" not in made
    assert "&lt;script&gt;" in made


def test_nothing_is_moved_hidden_or_coloured() -> None:
    for tex in (r"x\hspace{99999em}y", r"\textcolor{white}{x}", r"x\!\!\!y", r"\color{red}x"):
        made = "".join(re.findall("<[^>]*>", typeset(tex, False)))
        assert not any(word in made for word in ("99999", "color=", "style", "white", "-0"))


PIECES = st.sampled_from([*r"{}[]()^_&'<>$%#~ x1+=", r"\\", r"\frac", r"\sqrt", r"\left(",
                          r"\right)", r"\begin{matrix}", r"\end{matrix}", r"\text{", r"\hat",
                          r"\sum", r"\big", r"\mathbf", r"\hspace{1em}", r"\color{red}", "é",
                          r"\middle|", r"\label{a}", r"\not", r"\tag{1}", "\t", "\n"])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.booleans())
def test_any_formula_is_valid_html(tex: str, display: bool) -> None:
    assert is_valid(f"<p>{typeset(tex, display)}</p>")


# --- markdown and HTML ---


def render(source: str, level: int = 2) -> str:
    return str(markdown(source, Outline(level), no_pictures))


@pytest.mark.parametrize("source", [*hostile.MARKDOWN, *hostile.HTML])
def test_markdown_cannot_act(source: str) -> None:
    for made in (render(source), str(shown_html(source, Outline(2)))):
        assert is_valid(made)
        tree = html5lib.parse(made, namespaceHTMLElements=False)
        for element in tree.iter():
            assert element.tag.rpartition("}")[2] not in {
                "script", "style", "iframe", "object", "embed", "form", "input", "button", "svg",
                "link", "meta", "base", "template", "video", "audio", "font", "textarea",
                "plaintext",
            }  # fmt: skip
            assert not {"style", "srcset", "id", "name", "background"} & set(element.attrib)
            assert not any(key.startswith("on") for key in element.attrib)
            assert (element.get("src") or "data:").startswith("data:")
            assert (element.get("href") or "https://").startswith(("https://", "http://", "mailto"))


def test_no_level_of_headings_is_left_out() -> None:
    outline = Outline(2)
    made = [
        str(markdown(text, outline, no_pictures))
        for text in (
            "# One",
            "### Two\n\ntext",
            "#### Three",
            "## Four",
            "<h5>Five</h5>",
            "# Six",
            "# ",
        )
    ]
    levels = [int(text[2]) for text in made if text.startswith("<h")]
    assert levels == [3, 4, 5, 4, 5, 3]
    assert made[-1] == ""
    assert outline.below == 4


def test_a_marker_of_ours_cannot_be_forged() -> None:
    made = render(
        "$x$ \ue0000\ue001 &#xE000;7&#xE001; ![$y$](a.png) [b](https://a.b '\ue0000\ue001')"
    )
    assert is_valid(made)
    assert "\ue000" not in made
    assert made.count("<math") == 1


def test_code_is_marked_and_stays_code() -> None:
    made = render("```python\ndef f(): return '<b>'\n```\n\n```\n<i>$x$</i>\n```\n\n`$y$`")
    assert '<span class="k">def</span>' in made
    assert "&lt;b&gt;" in made
    assert "&lt;i&gt;$x$&lt;/i&gt;" in made
    assert "<code>$y$</code>" in made


def test_no_code_keeps_the_page_waiting() -> None:
    for source in (
        "\n \n" * 50_000,
        (" \n" * 140 + "x\n") * 500,
        '"' * 100_000,
        "(" * 100_000,
        "'" + r"\N{" * 60_000,
    ):
        begin = time.process_time()
        assert html.unescape(re.sub("<[^>]+>", "", code(source))).strip() == source.strip()
        assert time.process_time() - begin < 20


def test_what_no_renderer_can_take_is_shown_as_typed() -> None:
    for source in ("<div>" * 6000, "> " * 3000 + "x", "[" * 3000):
        begin = time.process_time()
        made = render(source)
        assert time.process_time() - begin < 20
        assert is_valid(made)
        assert made


def test_pictures_come_from_where_the_page_says(tmp_path: Path) -> None:
    asked = []

    def pictures(name: str) -> str | None:
        asked.append(name)
        return f"data:image/png;base64,{hostile.PIXEL}" if name == "a.png" else None

    made = str(markdown('![A "plot"](a.png) ![](b.png) <img src=c.png>', Outline(2), pictures))
    assert asked == ["a.png", "b.png"]
    assert made.count("<img") == 1
    assert 'alt="A &#34;plot&#34;"' in made
    assert "[picture not shown: b.png]" in made
