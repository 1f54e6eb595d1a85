"""JupyterLab with nbgrader's extensions: a student at work, and a TA who grades by mark schemes."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_jupyter import SCREENSHOTS, TOKEN, answer, in_a_browser, jupyter
from nbgrader.api import Gradebook
from sample_course import REPO
from test_manual_grading import hand_in, run
from test_nbgrader import new_course, role

from autograder.course.bank import notebook_of, read_release, solution_cells

pytestmark = in_a_browser
PATIENCE = 180_000
"""Milliseconds until a test gives up; none of them waits for a time, all for what appears."""
BY_HAND = {"bptt": ("two-steps", 5), "reflection": ("memory", 10)}
"""{exercise: (the answer in words, its points)}"""
COMMENT = "Right, and where is the slope of the tanh?"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    context.set_default_timeout(PATIENCE)
    context.route("**/*", answer)
    opened = context.new_page()
    opened.set_default_navigation_timeout(PATIENCE)
    yield opened
    context.close()


def lab(page: Any, address: str, at: str = "") -> None:
    page.goto(f"{address}/lab{at}?token={TOKEN}")
    page.get_by_role("button", name="No", exact=True).click()  # to news, which a visit asks about


def show(page: Any, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


# --- a student ---


def test_a_student_solves_a_cell_checks_it_and_validates(
    page: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("student")
    shutil.copy(REPO / "release/hello_rnn/hello_rnn.ipynb", home)
    released = read_release(REPO, "hello_rnn")
    number, checks = (
        released["cells"].index(role(released, name))
        for name in ("solution-next_char_pairs", "shapes")
    )
    solved = notebook_of(solution_cells(REPO, "hello_rnn"), released)
    pairs = role(solved, "solution-next_char_pairs")["source"]
    with jupyter("lab", home, tmp_path_factory.mktemp("jupyter")) as address:
        lab(page, address, "/tree/hello_rnn.ipynb")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        run_cells_above(page, checks)
        check = page.locator(".jp-Cell").nth(checks)
        page.keyboard.press("Shift+Enter")
        table = check.locator(".jp-OutputArea table")
        table.wait_for()
        before = table.inner_text()
        assert "next_char_pairs is not written yet" in before

        editor = page.locator(".jp-Cell").nth(number).locator(".cm-content")
        editor.click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(pairs)
        page.keyboard.press("Shift+Enter")
        check.locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(
            "([cell, before]) => { const table = document.querySelectorAll('.jp-Cell')[cell]"
            ".querySelector('.jp-OutputArea table'); return table && table.innerText != before; }",
            arg=[checks, before],
        )
        after = table.inner_text()
        assert (before.count("✓"), after.count("✓")) == (0, 1)
        assert "✓ passed" in table.locator("tr", has_text="next_char_pairs").inner_text()
        table.scroll_into_view_if_needed()
        show(page, "student")

        page.get_by_role("button", name="Validate").click()
        dialog = page.locator(".jp-Dialog")
        dialog.get_by_text("check(").first.wait_for()
        said = dialog.inner_text()
        show(page, "student_validates")
    for group in ("shapes", "detachment", "accuracy"):
        assert f'check("{group}")' in said
    assert "Error" not in said


def run_cells_above(page: Any, number: int) -> None:
    """As with the menu Run; the cell itself is selected then."""
    page.locator(".jp-Cell").nth(number).locator(".cm-content").click()
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-itemLabel", has_text="Run All Above Selected Cell").click()
    page.locator(".jp-Cell").nth(number).locator(".cm-content").click()


# --- a TA ---


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students have answered in words, and what can be graded by itself is."""
    course = new_course(tmp_path_factory.mktemp("ta") / "course")
    for exercise, (name, _) in BY_HAND.items():
        for student in ("ada", "ben"):
            notebook = notebook_of(solution_cells(REPO, exercise), read_release(REPO, exercise))
            words = f"# As I see it\n\nI am {student}: $h_t = \\tanh(a_t)$ is how I **forget**."
            role(notebook, name)["source"] = words
            hand_in(course, exercise, student, notebook)
        run(course, f"generate_assignment {exercise} --force", f"autograde {exercise}")
    return course


def test_a_ta_grades_by_the_mark_schemes_comments_and_goes_on(
    page: Any, course: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with jupyter("lab", course, tmp_path_factory.mktemp("jupyter")) as address:
        lab(page, address)
        page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Formgrader$")).click()
        frame = page.frame_locator("iframe")
        for exercise, (name, most) in BY_HAND.items():
            frame.get_by_role("link", name="Manual Grading").click()
            frame.get_by_role("link", name=exercise).click()
            frame.locator(f"a[href$='/{exercise}/{exercise}']").click()
            frame.get_by_role("link", name="Submission #1").click()
            grade(frame, name, most - 1, COMMENT)
            show(page, f"ta_{exercise}")
            frame.get_by_role("link", name="Next").click()
            frame.get_by_text("Submission 2 / 2").wait_for()
            grade(frame, name, most)
            show(page, f"ta_{exercise}_next")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for exercise, (name, most) in BY_HAND.items():
            graded = gradebook.notebook_submissions(exercise, exercise)
            given = sorted(
                (gradebook.find_grade(name, exercise, exercise, one.student.id).manual_score,
                 gradebook.find_comment(name, exercise, exercise, one.student.id).manual_comment)
                for one in graded
            )  # fmt: skip
            assert given == [(most - 1, COMMENT), (most, None)]
            assert not [one for one in graded if one.needs_manual_grade]


def grade(frame: Any, name: str, points: int, comment: str = "") -> None:
    """Read the mark scheme beside an answer, give points, and say something."""
    box = frame.locator(f"input.score[id='{name}']")
    box.wait_for()
    frame.locator(".MathJax_CHTML, .MathJax").first.wait_for()
    task = frame.locator(".nbgrader_cell", has_text="Student's task")
    assert "BEGIN MARK SCHEME" in task.inner_text()
    box.fill(str(points))
    box.press("Tab")
    cell = frame.locator(".nbgrader_cell").filter(has=box)
    cell.locator(".score-saved").wait_for()
    if comment:
        text = frame.locator(f"textarea[id='{name}-comment']")
        text.fill(comment)
        text.press("Escape")
        cell.locator(".comment-saved").wait_for()
    box.scroll_into_view_if_needed()
