"""What a teacher reads is safe: hostile submissions in a real browser, and in the terminal."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hostile_notebook as hostile
import nbformat
import pytest
from broken_notebooks import role
from live_jupyter import SCREENSHOTS, TOKEN, answer, in_a_browser, jupyter
from nbconvert.exporters import HTMLExporter
from nbgrader.api import Gradebook
from test_nbgrader import nbgrader, new_course

from autograder.course.bank import read_release

REPO = Path(__file__).parents[1]
EXERCISE = "bptt"
HONEST = "O'Neil & Söhne"

# --- a course with a hostile submission, one like it that is honest, and what is made of them ---


def hand_in(course: Path, student: str, notebook: dict[str, Any]) -> Path:
    path = course / "submitted" / student / EXERCISE / f"{EXERCISE}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))
    return path


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = new_course(tmp_path_factory.mktemp("reader") / "course")
    attack = hostile.make_hostile(answered(f"# shapes\n\n{hostile.HTML[2]}"))
    # As code it would not be cleaned; nbgrader shows it as the text that it was released as.
    role(attack, "two-steps")["cell_type"] = "code"
    path = hand_in(course, "mallory", attack)
    (path.parent / "evil.html").write_text(hostile.HTML[0])
    # Formgrader runs such a file, if a link tells it to.
    (path.parent / "nbgrader_config.py").write_text(
        "from pathlib import Path\nPath(__file__).with_name('was_run').touch()\n"
    )
    hand_in(course, HONEST, answered())
    hand_in(course, f'"><img src=x onerror={hostile.MARK}>', answered())
    for command in (["generate_assignment", "--force"], ["autograde"], ["generate_feedback"]):
        done = nbgrader(course, *command, EXERCISE)
        assert done.returncode == 0, re.findall(r".*ERROR[^[]*", done.stderr)
    return course


def answered(text: str = "") -> dict[str, Any]:
    """The released notebook with an answer in words, which is graded by hand."""
    notebook = read_release(REPO, EXERCISE)
    role(notebook, "two-steps")["source"] = f"{hostile.KEPT}\n\n{text}"
    return notebook


# --- what a browser makes of it ---

POKE = """async () => {
    const never = new Promise((_, fail) => setTimeout(fail, 60000, "the page never got ready"));
    if (window.MathJax)
        await Promise.race([never, new Promise(done => MathJax.Hub.Queue(done))]);
    const content = document.querySelector("#notebook-container") || document.body;
    for (const element of content.querySelectorAll("*")) {
        if (element.closest("a")?.protocol?.startsWith("http")) continue;
        if (element.closest(".panel-heading, .panel-footer")) continue;
        for (const kind of ["mouseover", "mouseenter", "focus", "toggle", "click"])
            element.dispatchEvent(new MouseEvent(kind, {bubbles: true, cancelable: true}));
    }
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
ACTIVE = """() => {
    const content = document.querySelector("#notebook-container") || document.body;
    const found = [];
    for (const element of content.querySelectorAll("*")) {
        const name = element.tagName.toLowerCase();
        if (/^(script|style|iframe|object|embed|form|link|meta|base|template|video|audio|svg)$/
            .test(name) && !/^MathJax|^math\\//.test(element.id + element.type)) found.push(name);
        for (const attribute of element.attributes) {
            if (/^on|^(srcdoc|srcset|ping|formaction|background)$/.test(attribute.name)
                && !element.closest(".MathJax")) found.push(name + " " + attribute.name);
            if (/^\\s*(javascript|vbscript|data:text)/i.test(attribute.value))
                found.push(name + " " + attribute.value);
        }
    }
    return found;
}"""
COVERED = """() => {
    const found = [];
    const own = ".nbgrader_cell > .panel-heading, .score, .parts tr, .checks tr, .part, .comment";
    for (const heading of document.querySelectorAll(own)) {
        for (const part of [heading, ...heading.querySelectorAll("span, input, button, a, code")]) {
            part.scrollIntoView({block: "center"});
            const box = part.getBoundingClientRect();
            if (!box.width || !box.height) continue;
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            if (top && !heading.contains(top)) found.push(top.outerHTML.slice(0, 200));
        }
    }
    return found;
}"""


@dataclass
class Seen:
    """What happened while a page was looked at."""

    page: Any
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def marks(self) -> list[str]:
        """Everything that a student's content has brought about; nothing, if all is well."""
        asked = [url for url in self.requests
                 if re.search(r"canary|logout|[?&]path=|evil\.|terminals", url)]  # fmt: skip
        marked = self.page.evaluate("() => 'marked' in window || document.title === 'PWNED'")
        return [*asked, *self.dialogs, *(["marked"] if marked else [])]


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Seen]]:
    """Opens an address, waits for the formulas, moves the mouse over everything and clicks it."""
    context = browser.new_context(
        viewport={"width": 1200, "height": 900},
        extra_http_headers={"Authorization": f"token {TOKEN}"},
    )
    context.route("**/*", answer)

    def looked(url: str, poke: bool = True) -> Seen:
        seen = Seen(context.new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("dialog", seen.dismiss)
        seen.page.goto(url, wait_until="load" if poke else "commit")
        if poke:
            seen.page.evaluate(POKE)
        return seen

    yield looked
    context.close()


def show(seen: Seen, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    seen.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def feedback(course: Path, student: str) -> str:
    return (course / "feedback" / student / EXERCISE / f"{EXERCISE}.html").as_uri()


# --- feedback pages ---


class TestFeedback:
    pytestmark = in_a_browser

    def test_nothing_of_a_hostile_submission_acts(
        self, course: Path, look: Callable[..., Seen]
    ) -> None:
        seen, honest = (look(feedback(course, student)) for student in ("mallory", HONEST))
        show(seen, "feedback")
        assert seen.marks() == []
        assert seen.page.evaluate(ACTIVE) == []
        assert seen.page.evaluate(COVERED) == []
        assert seen.errors == honest.errors == []
        for own in (".card", ".code.mine", ".parts tr", ".checks", "h1", ".score"):
            assert seen.page.locator(own).count() == honest.page.locator(own).count() > 0
        assert seen.page.locator("script").count() == 0
        for looked_at in (seen, honest):
            asked = [url for url in looked_at.requests if not url.startswith("data:")]
            assert asked == [looked_at.page.url.partition("#")[0]]

    def test_what_is_harmless_stays_and_is_typeset(
        self, course: Path, look: Callable[..., Seen]
    ) -> None:
        page = look(feedback(course, "mallory")).page
        kept = len(hostile.MARKDOWN)
        assert page.locator("p > strong", has_text="sentence").count() >= kept
        assert page.locator("p > math, p > .formula > math").count() >= kept
        assert page.locator("i", has_text="KEPT").count() == 1
        assert "Shown as typed" in page.inner_text("body")

    @pytest.mark.filterwarnings("ignore")
    def test_the_same_submission_would_act_if_it_were_not_cleaned(
        self, look: Callable[..., Seen], tmp_path: Path
    ) -> None:
        notebook = nbformat.reads(json.dumps(hostile.make_hostile(answered())), 4)
        page, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
        (tmp_path / "page.html").write_text(page)
        seen = look((tmp_path / "page.html").as_uri(), poke=False)
        seen.page.wait_for_function("() => window.marked")
        assert "1" in seen.dialogs
        assert any("canary" in url for url in seen.requests)


# --- formgrader ---


@pytest.fixture(scope="module")
def server(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Jupyter server with formgrader, in the course."""
    with jupyter("server", course, tmp_path_factory.mktemp("jupyter")) as address:
        yield address


@pytest.fixture
def address(course: Path, server: str) -> str:
    """Where formgrader shows the hostile submission."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        found = gradebook.find_submission_notebook(EXERCISE, EXERCISE, "mallory").id
    return f"{server}/formgrader/submissions/{found}/"


class TestFormgrader:
    pytestmark = in_a_browser

    def test_nothing_of_a_hostile_submission_acts(
        self, course: Path, server: str, address: str, look: Callable[..., Seen]
    ) -> None:
        seen = look(address)
        show(seen, "formgrader")
        assert seen.marks() == []
        assert seen.page.evaluate(ACTIVE) == []
        assert seen.page.evaluate(COVERED) == []
        assert seen.errors == []
        assert list(course.rglob("was_run")) == []
        links = seen.page.eval_on_selector_all(
            "#notebook-container a", "all => all.map(a => a.href)"
        )
        assert not [link for link in links if link.startswith(server) and "#" not in link]

    def test_a_score_goes_to_the_answer_it_stands_at(
        self, course: Path, address: str, look: Callable[..., Seen]
    ) -> None:
        # A title named like a grade cell would take the place of that cell's box for the score.
        page = look(address).page
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            names = [cell.name for cell in gradebook.find_notebook(EXERCISE, EXERCISE).grade_cells]
        for name in names:
            box = page.locator(f"input.score[id='{name}']")
            assert box.evaluate("box => document.getElementById(box.id) === box")
        box = page.locator("input.score#two-steps")
        box.fill("2")
        with page.expect_response(lambda response: "/api/grade/" in response.url):
            box.dispatch_event("change")
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            notebook = gradebook.find_submission_notebook(EXERCISE, EXERCISE, "mallory")
            given = {g.name: g.manual_score for g in notebook.grades if g.manual_score is not None}
        assert given == {"two-steps": 2}

    @pytest.mark.parametrize(
        "place",
        ["manage_assignments", f"manage_submissions/{EXERCISE}", f"gradebook/{EXERCISE}/{EXERCISE}",
         "manage_students", "manage_students/mallory", f"manage_students/mallory/{EXERCISE}"],
    )  # fmt: skip
    def test_lists_show_names_as_names(
        self, server: str, look: Callable[..., Seen], place: str
    ) -> None:
        seen = look(f"{server}/formgrader/{place}", poke=False)
        seen.page.wait_for_function("() => window.models && models.loaded")
        assert seen.marks() == []


# --- the terminal ---

NAMES = ["[red]a[/red] bptt.py", "[/b] bptt.py", "\x1b]0;PWNED\x07 bptt.py",
         "\x9b31m bptt.py", "line\nend bptt.py", "\u202e bptt.py",
         "\udcff bptt.py", "[link=canary]x bptt.py"]  # fmt: skip
ALONE = NAMES[1]
SAFE = re.compile(
    r"(?:\x1b\[[0-9;]*m|\x1b\[\??[0-9]*[a-zA-Z]|[^\x00-\x09\x0b-\x1f\x7f-\x9f\u202e])*"
)


def grade(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", *arguments],
        cwd=folder, capture_output=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(REPO), "FORCE_COLOR": "1", "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return done.stdout.decode()


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("names")
    for name in NAMES:
        (folder / name).parent.mkdir(exist_ok=True)  # [/b] is a file in a folder
        (folder / name).write_text(f"{hostile.RAISES}\n")
    (folder / ALONE).write_text(f"{hostile.ANSWERS}\n{hostile.RAISES}\n")
    (folder / "\x1b[2Jnotes.txt").touch()
    return folder


@pytest.mark.slow
def test_names_and_messages_drive_no_terminal(handed_in: Path) -> None:
    shown = grade(handed_in, ".")
    assert SAFE.fullmatch(shown)
    assert "PWNED" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    for name in ("[red]a[/red] bptt.py", "[/b] bptt.py", r"line\nend bptt.py",
                 r"\x9b31m", r"\u202e", r"\xff", "[link=canary]x"):  # fmt: skip
        assert name in plain


@pytest.mark.slow
def test_one_submission_alone_drives_no_terminal_either(handed_in: Path) -> None:
    shown = grade(handed_in, ALONE)
    assert SAFE.fullmatch(shown)
    assert ALONE in re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert shown.count("[red]x[/red]") > 3


@pytest.mark.slow
def test_json_holds_names_that_can_be_printed(handed_in: Path) -> None:
    shown = grade(handed_in, ".", "--json")
    names = [report["submission"] for report in json.loads(shown)]
    assert len(names) == len(NAMES)
    assert all(name.isprintable() for name in names)
    assert "\x1b" not in shown
