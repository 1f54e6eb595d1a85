"""The feedback page, through nbgrader's own commands: what it says, and to whom it is of use."""

import html
import itertools
import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import nbformat
import pytest
from feedback_course import (
    BIG,
    COMMENT,
    ON_CODE,
    PAGES,
    PICTURE,
    PRINTED,
    STUDENT,
    entry,
    hand_in_and_grade,
    spelling,
)
from live_jupyter import SCREENSHOTS, needs_chromium
from sample_course import REPO
from test_manual_grading import run
from test_nbgrader import new_course

from autograder.grading import Grader
from autograder.nbgrader_plugin.feedback.content import Content
from autograder.nbgrader_plugin.feedback.grades import Grades
from autograder.report import CheckResult
from autograder.submission import Submission, code_cells

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = new_course(tmp_path_factory.mktemp("feedback") / "course")
    hand_in_and_grade(course)
    return course


def path_of(course: Path, exercise: str) -> Path:
    return course / "feedback" / STUDENT / exercise / f"{exercise}.html"


def source_of(course: Path, exercise: str) -> str:
    return path_of(course, exercise).read_text(encoding="utf-8")


def text_of(source: str) -> str:
    """What a page says, in its order."""
    body = re.sub(r"<[^>]+>", " ", source.partition("<body>")[2])
    return " ".join(html.unescape(body).split())


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def failed(grader: Grader) -> list[CheckResult]:
    """The checks that the submission of hello_rnn does not pass."""
    cells = code_cells(entry("hello_rnn", "wrong_time_first")["cells"])
    found = [c for c in grader.grade(Submission("", "hello_rnn", cells)).checks if c.message]
    assert {check.hidden for check in found} == {True, False}
    return found


# --- what it says ---


def test_it_says_the_score_what_cost_points_and_why_before_the_cells(
    course: Path, failed: list[CheckResult]
) -> None:
    text = text_of(source_of(course, "hello_rnn"))
    assert f"Feedback for {STUDENT} hello_rnn 5.5 of 10 points Points" in text
    first, _, notebook = text.partition("Your notebook Hello, RNN")
    costs = first.partition("What cost points")[2]
    for check in failed:
        assert f"{check.title} −{check.max_points:g}" in costs
        assert f"{check.title} 0 of {check.max_points:g}" in notebook
        said, _, cause = plain(check.message).partition(" Likely cause: ")
        for place in (costs, notebook):
            assert (said in place) is not check.hidden
            assert (f"Hint: {plain(check.hint)}" in place) is check.hidden
            if not check.hidden:
                assert f"Likely cause: {cause}" in place
    assert "✓ passed next_char_pairs cuts" in notebook
    assert "✓" not in costs


def test_nothing_of_a_hidden_check_is_told_but_title_and_hint(
    course: Path, failed: list[CheckResult]
) -> None:
    told = [check.message for check in failed if not check.hidden]
    for folder in ("feedback", "autograded"):
        [page] = (course / folder / STUDENT / "hello_rnn").glob("hello_rnn.*")
        text = html.unescape(page.read_text(encoding="utf-8"))
        for check in failed:
            assert check.title in text.replace('\\"', '"')
            if check.hidden and check.message not in told:
                assert check.message not in text
        for secret in re.findall(
            r'cause = "([^"]{20,})"',
            (REPO / "autograder/checks/hello_rnn/hidden.py").read_text(encoding="utf-8"),
        ):
            assert secret not in text


def test_what_a_person_gave_said_and_took_off_is_there(course: Path) -> None:
    source = source_of(course, "bptt")
    first, _, notebook = text_of(source).partition("Your notebook")
    assert "bptt 8.5 of 15 points" in first
    assert "shapes by hand 2.5 of 3" in first
    assert "set this to 2.5 of 3 by hand; the checks alone give 3." in first
    assert "two-steps by hand 3.5 of 5 handed in late −1.5 Total 8.5 of 15" in first
    assert f"two-steps −1.5 Comment {plain(COMMENT)} Handed in late −1.5" in first
    assert f"Comments Cell 4 {ON_CODE}" in first
    assert "Your answer: two-steps 3.5 of 5 In two steps The last state" in notebook
    assert plain(COMMENT) in notebook
    assert "<b>slope" not in source
    assert "Mark scheme One point each." in notebook
    assert "BEGIN MARK SCHEME" not in notebook
    [linked] = re.findall(r'<a href="#([^"]+)">Cell 4</a>', source)
    assert f'id="{linked}"' in source


def test_what_still_waits_is_no_loss(course: Path) -> None:
    text = text_of(source_of(course, "reflection"))
    assert "0 of 10 points so far" in text
    assert "memory read by a person not graded yet" in text
    assert "Nothing so far. Still to be read by a person: memory." in text
    assert "repaints all of it" in text


def test_code_and_outputs_are_those_that_were_handed_in(course: Path) -> None:
    source = source_of(course, "hello_rnn")
    shown = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", source, re.S)
    codes = [html.unescape(re.sub(r"<[^>]+>", "", code)) for code in shown]
    for cell in code_cells(spelling()["cells"]):
        assert cell in codes
    assert html.escape(PRINTED.strip()) in source
    assert "<td>13.2345</td>" in source
    assert f'src="data:image/png;base64,{PICTURE}"' in source
    assert "KeyError: &#39;q&#39; of the student" in source


def test_pictures_are_in_the_page_unless_they_lie_elsewhere(course: Path) -> None:
    source = source_of(course, "bptt")
    assert source.count(f'src="data:image/png;base64,{PICTURE}"') == 2
    assert 'alt="My arrows"' in source
    assert "[picture not shown: leads-away.png]" in source


def test_a_picture_named_again_and_again_fills_no_disk() -> None:
    cell = nbformat.v4.new_markdown_cell(
        "![](attachment:a.png)" * 900, attachments={"a.png": {"image/png": BIG}}
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    nothing = Grades(score=0, most=0, penalty=0, cells={}, comments={})
    [shown] = Content(notebook, nothing, lambda _: None).cells
    assert 0 < shown.shown.count("<img") < 10
    assert "[picture not shown: attachment:a.png]" in shown.shown


def test_a_message_and_the_page_call_a_cell_by_the_same_number(course: Path) -> None:
    source = source_of(course, "hello_rnn")
    number, line, code = re.findall(r"\(cell (\d+), line (\d+): ([^)]+\))", html.unescape(source))[
        0
    ]
    shown = source.partition(f'id="cell-{number}"')[2].partition("</pre>")[0]
    lines = html.unescape(re.sub(r"<[^>]+>", "", shown.partition("<code>")[2])).splitlines()
    assert code in lines[int(line) - 1]


def test_a_notebook_that_was_graded_without_verdicts_keeps_its_table(
    course: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(course, tmp_path / "own", symlinks=True))
    path = own / "autograded" / STUDENT / "hello_rnn" / "hello_rnn.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for shown in cell.get("outputs", []):
            shown.pop("metadata", None)
            if shown["output_type"] in ("display_data", "execute_result"):
                shown["metadata"] = {}
    path.chmod(0o644)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    run(own, "generate_feedback hello_rnn --force")
    source = source_of(own, "hello_rnn")
    assert "shapes −2.5 See shapes in the notebook below." in text_of(source)
    assert "✗ failed" in text_of(source)
    assert is_valid(source)


# --- whom it serves ---


def is_valid(source: str) -> bool:
    """Whether the page is HTML without a fault."""
    html5lib.HTMLParser(strict=True).parse(source)
    return True


@pytest.mark.parametrize("exercise", PAGES)
def test_it_is_valid_and_needs_nothing_else(course: Path, exercise: str) -> None:
    source = source_of(course, exercise)
    assert is_valid(source)
    assert source.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<script" not in source
    for address in re.findall(r'(?:src|href|url)\s*[=(]\s*"?([^">)]*)', source):
        assert address.startswith(("data:image/png;", "#")), address


class Look:
    """Opens pages without a network, and keeps what they ask for and complain of."""

    def __init__(self, browser: Any, course: Path) -> None:
        self._browser, self._course = browser, course
        self.asked: list[str] = []
        self.said: list[str] = []

    def at(self, exercise: str, width: int = 1100, dark: bool = False, scale: int = 1) -> Any:
        page = self._browser.new_page(
            viewport={"width": width, "height": 800}, offline=True, device_scale_factor=scale,
            color_scheme="dark" if dark else "light",
        )  # fmt: skip
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.goto(path_of(self._course, exercise).as_uri())
        return page


@pytest.fixture
def look(browser: Any, course: Path) -> Iterator[Look]:
    yield Look(browser, course)
    for context in browser.contexts:
        context.close()


PHONE = 360
VIEWS = {"phone": (PHONE, False, 2), "desktop": (1100, False, 1), "dark": (1100, True, 1)}


@needs_chromium
@pytest.mark.parametrize("exercise", PAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_it_opens_offline_and_everybody_can_use_it(look: Look, exercise: str, view: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, dark, scale = VIEWS[view]
    page = look.at(exercise, width, dark, scale)
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"feedback-{exercise}-{view}.png", full_page=True)
    asked = [url for url in look.asked if not url.startswith("data:")]
    assert asked == [page.url]
    assert look.said == []
    found = Axe().run(page).response
    assert [(rule["id"], rule["nodes"]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 20


@needs_chromium
@pytest.mark.parametrize("exercise", PAGES)
def test_a_phone_never_scrolls_sideways(look: Look, exercise: str) -> None:
    page = look.at(exercise, PHONE)
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE
    boxes = page.eval_on_selector_all(
        ".scroll, .formula",
        "all => all.map(box => [box.getBoundingClientRect().right, box.scrollWidth > "
        "box.clientWidth, getComputedStyle(box).overflowX, box.tabIndex])",
    )
    assert all(right <= PHONE for right, *_ in boxes)
    wide = [(overflow, index) for _, is_wide, overflow, index in boxes if is_wide]
    assert set(wide) == {("auto", 0)} if exercise != "reflection" else set(wide) <= {("auto", 0)}


@needs_chromium
def test_a_keyboard_reaches_everything_and_sees_where_it_is(look: Look) -> None:
    page = look.at("bptt", PHONE)
    page.evaluate(
        "() => document.querySelectorAll('a[href], [tabindex=\"0\"]')"
        ".forEach((part, at) => part.dataset.at = at)"
    )
    stops = page.locator("[data-at]").count()
    order = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        order.append(page.evaluate(
            "() => [document.activeElement.dataset.at, "
            "getComputedStyle(document.activeElement).outlineStyle]"
        ))  # fmt: skip
    assert order == [[str(at), "solid"] for at in range(stops)]
    page.keyboard.press("Home")
    page.locator(".skip").focus()
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "notebook"


@needs_chromium
def test_levels_of_headings_and_landmarks_are_in_order(look: Look) -> None:
    page = look.at("bptt")
    levels = page.eval_on_selector_all("h1, h2, h3, h4, h5, h6", "all => all.map(h => h.tagName)")
    steps = [int(tag[1]) for tag in levels]
    assert steps[0] == 1
    assert steps.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(steps))
    assert [page.locator(name).count() for name in ("header", "main", "footer")] == [1, 1, 1]
    for table in page.locator("main > section > table, .card > table").all():
        assert table.locator("caption").count() == 1
        assert table.locator("th:not([scope])").count() == 0


@needs_chromium
def test_formulas_are_typeset(look: Look) -> None:
    page = look.at("bptt")
    assert page.locator("math").count() > 20
    assert page.locator(".display math mfrac").count() == 1
    high, line = page.locator(".display math").last.bounding_box()["height"], 24
    assert high > 1.3 * line, "a fraction is higher than a line"
    assert "$$" not in page.inner_text("main")


@needs_chromium
@pytest.mark.parametrize("exercise", PAGES)
def test_paper_has_all_of_it(look: Look, exercise: str) -> None:
    from pypdf import PdfReader

    page = look.at(exercise, dark=True)
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"feedback-{exercise}.pdf"
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    sheets = PdfReader(path).pages
    assert {(round(s.mediabox.width), round(s.mediabox.height)) for s in sheets} == {(595, 842)}
    printed = _letters(" ".join(sheet.extract_text() for sheet in sheets))
    page.emulate_media(media="print")
    blocks = page.eval_on_selector_all(
        "h1, h2, h3, .said, .check b, td, th, pre",
        "all => all.filter(part => part.offsetParent && !part.querySelector('math'))"
        ".flatMap(part => part.innerText.split(/\\n/))",
    )
    missing = [text for text in blocks if _letters(text) not in printed]
    assert missing == []
    # What is wider than the sheet would be in the file, but not on the paper.
    page.set_viewport_size({"width": 670, "height": 900})
    assert page.evaluate("() => document.documentElement.scrollWidth") == 670


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))
