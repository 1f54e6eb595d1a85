"""`autograder report`: the page for a class says what it should, is safe, usable, anonymous."""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from live_jupyter import SCREENSHOTS, in_a_browser
from msgspec import structs

from autograder.classroom.class_page import NothingToReport, class_pages
from autograder.course.bank import solution_cells
from autograder.grading import Grader
from autograder.report import Report, read_report, write_report
from autograder.submission import Submission

REPO = Path(__file__).parents[1]
EXERCISE = "hello_rnn"

NETWORK = "import urllib.request\nurllib.request.urlopen('http://example.org')\n"
SAYS = """
def spell(model, text, vocab):
    raise ValueError("quiet.zebulon and Quokka: '</script><script>marked = 1</script>"
                     "<img src=x onerror='marked = 1'>\\u202e \\x1b[2J /home/quokka/notes.txt")
"""
STUBBORN = "def spell(model, text, vocab):\n    while True:\n        pass\n"
SAME_MISTAKE = "\n\ndef spell(model, text, vocab):\n    return [][1]\n"

CLASS = {
    "anselma.zweig": [],
    "Ørsted_Quokka": [SAYS],
    '"><img src=x onerror=marked=1>': [SAME_MISTAKE],
    "javascript:marked=1": [f"\n\n\n{SAME_MISTAKE}"],
    "line\nend \u202e\u05d0\u05d1\u05d2 <script>marked=1</script>": [STUBBORN],
    "quiet.zebulon": [NETWORK],
    "x" * 120: ["import os\nos._exit(0)\n"],
}
"""Who hands in the solution, with what after it."""
BROKEN = "torn & half"
"""Who hands in something that cannot be read."""
NAMES = ["anselma", "zweig", "orsted", "ørsted", "quokka", "javascript", "zebulon", "torn", "half",
         "\u05d0\u05d1\u05d2", "x" * 120]  # fmt: skip


def graded(grader: Grader, name: str, more: Sequence[str]) -> Report:
    cells = [*solution_cells(REPO, EXERCISE), *more]
    return grader.grade(Submission(name, EXERCISE, cells))


@pytest.fixture(scope="module")
def course(grader: Grader, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which a class with odd names and worse submissions has been graded."""
    course = tmp_path_factory.mktemp("course")
    folder = course / "reports" / EXERCISE
    folder.mkdir(parents=True)
    for student, more in CLASS.items():
        write_report(graded(grader, f"{student}/{EXERCISE}.ipynb", more), folder)
    why = f"{BROKEN} has sent no JSON"
    write_report(grader.unread(f"{BROKEN}/{EXERCISE}.ipynb", EXERCISE, why), folder)
    return course


@pytest.fixture
def own_course(course: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(course, tmp_path / "own"))


def report(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", "report", *arguments],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip


def page_of(course: Path, **how: Any) -> str:
    [page] = class_pages(course, EXERCISE, **how)
    return page.path.read_text(encoding="utf-8")


# --- the page ---


def test_the_page_says_what_the_class_did(course: Path) -> None:
    text = re.sub(r"<[^>]+>", " ", page_of(course).partition("<main>")[2])
    text = " ".join(text.split())
    assert "submissions 8 mean, of 10 points" in text
    assert "not graded 1" in text
    assert f"{len(CLASS)} submissions, how many came to which verdict" in text
    assert "torn &amp; half has sent no JSON" in text
    wrong = text.partition("The commonest wrong answers")[2].partition("Slow, stopped")[0]
    assert re.search(r"2 submissions \(29 %\).*spell raised IndexError: list index out of", wrong)
    odd = text.partition("Came to a limit")[2]
    assert "CPU time" in odd.partition("Tried something")[0]
    assert "quiet.zebulon" in odd.partition("Tried something")[2].partition("Every student")[0]


def test_three_hundred_fit_into_three_megabytes(course: Path, tmp_path: Path) -> None:
    reports = [read_report(path) for path in (course / "reports" / EXERCISE).glob("*.json")]
    assert len(reports) == 8
    folder = tmp_path / "reports" / EXERCISE
    folder.mkdir(parents=True)
    for number in range(300):
        name = f"student{number}/{EXERCISE}.ipynb"
        write_report(structs.replace(reports[number % 8], submission=name), folder)
    [page] = class_pages(tmp_path, EXERCISE)
    assert page.submissions == 300
    assert page.path.stat().st_size < 3e6


def test_the_feedback_page_is_linked_if_it_is_there(own_course: Path) -> None:
    student = '"><img src=x onerror=marked=1>'
    there = own_course / "feedback" / student / EXERCISE / f"{EXERCISE}.html"
    there.parent.mkdir(parents=True)
    there.touch()
    outside = own_course / "outside.html"
    outside.touch()
    path = next((own_course / "reports" / EXERCISE).glob("anselma*"))
    climbing = structs.replace(read_report(path), submission="../outside.ipynb")
    write_report(climbing, path.parent)
    links = re.findall(r'href="([^#"][^"]*)"', page_of(own_course))
    assert links == [
        f"../feedback/%22%3E%3Cimg%20src%3Dx%20onerror%3Dmarked%3D1%3E/{EXERCISE}/{EXERCISE}.html"
    ] * 2  # fmt: skip


def test_where_nothing_is_graded_the_page_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / EXERCISE
    folder.mkdir(parents=True)
    nothing = Report("a/b.ipynb", EXERCISE, 0.0, 0.0, "none", {}, 0.0, "not recorded: no", [])
    write_report(nothing, folder)
    assert "Nothing is graded yet." in page_of(tmp_path)


# --- which reports ---


def test_every_folder_of_reports_has_its_page(own_course: Path) -> None:
    (own_course / "reports/none").mkdir()
    mixed = own_course / "reports/week 3"
    shutil.copytree(own_course / "reports" / EXERCISE, mixed)
    path = next(mixed.glob("quiet*"))
    write_report(structs.replace(read_report(path), exercise="bptt", submission="b.py"), mixed)
    done = report(own_course)
    assert sorted(done.stdout.splitlines()) == [
        f"reports/{EXERCISE}.html: 8 submissions",
        "reports/week 3-bptt.html: 1 submission",
        f"reports/week 3-{EXERCISE}.html: 8 submissions",
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_reports_may_lie_anywhere_and_so_may_the_page(own_course: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (own_course / "reports" / EXERCISE).rename(elsewhere)
    done = report(own_course, "--from", str(elsewhere), "--out", "a/page.html")
    assert (done.returncode, done.stdout) == (0, "a/page.html: 8 submissions\n")
    assert "anselma.zweig" in (own_course / "a/page.html").read_text()


def test_a_damaged_report_is_left_out_and_named(own_course: Path) -> None:
    folder = own_course / "reports" / EXERCISE
    whole = next(folder.glob("anselma*"))
    whole.write_bytes(whole.read_bytes()[:-100])
    (folder / "folder.json").mkdir()
    (folder / "list.json").write_text("[" * 100_000)
    (folder / "huge.json").write_text('{"score": 1e999}')
    done = report(own_course, EXERCISE)
    assert done.returncode == 0
    assert "7 submissions" in done.stdout
    for name in (whole.name, "folder.json", "list.json", "huge.json"):
        assert f"Left out, as it cannot be read: {name}" in done.stdout
        assert name in (own_course / f"reports/{EXERCISE}.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [({}, "There are no reports in reports/ here"),
     ({"exercise": "bptt"}, "no folder reports/bptt: grade first, with `autograder class bptt`"),
     ({"folder": "nowhere"}, "There is no folder nowhere"),
     ({"folder": "empty"}, "There is no report in empty (empty): grade again"),
     ({"folder": "torn"}, "There is no report in torn (none of its 2 files is a report)"),
     ({"exercise": "bptt", "folder": "other"}, "in other are on hello_rnn, not on bptt")],
)  # fmt: skip
def test_what_cannot_be_reported_is_said_in_one_sentence(
    tmp_path: Path, arguments: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("empty", "torn", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "torn/a.json").write_text("{}")
    (tmp_path / "torn/b.json").write_bytes(b"\xff")
    write_report(Report("a", EXERCISE, 0.0, 1.0, "none", {}, 0.0, "", []), tmp_path / "other")
    folder = Path(arguments["folder"]) if "folder" in arguments else None
    with pytest.raises(NothingToReport, match=re.escape(says)) as told:
        list(class_pages(Path(), arguments.get("exercise"), folder))
    assert re.fullmatch(r"[^\n]*\.", str(told.value))


def test_the_command_says_it_and_ends_with_2(own_course: Path) -> None:
    (own_course / "folder").mkdir()
    for arguments, says in ((["bptt"], "There is no folder reports/bptt"),
                            ([EXERCISE, "--out", "folder"], "folder: Is a directory")):  # fmt: skip
        done = report(own_course, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert says in done.stderr
        assert done.stderr.count("\n") == 1


def test_reports_that_lie_in_the_folder_itself_are_pointed_to(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    write_report(Report("a", EXERCISE, 0.0, 1.0, "none", {}, 0.0, "", []), tmp_path / "reports")
    with pytest.raises(NothingToReport, match="autograder report --from reports"):
        list(class_pages(tmp_path))


# --- without names ---


def test_no_name_path_or_link_is_on_an_anonymous_page(own_course: Path) -> None:
    folder = own_course / "reports" / EXERCISE
    for student in CLASS:
        there = own_course / "feedback" / student / EXERCISE / f"{EXERCISE}.html"
        there.parent.mkdir(parents=True)
        there.touch()
    (folder / f"quiet.zebulon%2F{EXERCISE}-old.ipynb.json").write_text("{")
    named, page = page_of(own_course), page_of(own_course, anonymously=True)
    assert (own_course / "reports" / f"{EXERCISE}.html").read_text() == named
    for name in NAMES:
        assert name == "orsted" or name in named.casefold()
        assert name not in page.casefold()
    assert "/home/quokka" in named
    for trace in ("notes.txt", "feedback/", ".ipynb", "/home", "example.org", "raise ValueError"):
        assert trace not in page
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', page))
    assert "1 file" in page
    assert "<b>2 submissions</b>" in page
    assert len(re.findall(r"<summary><bdi>Student \d", page)) == 8


# --- in a browser ---


@pytest.fixture(scope="module")
def pages(course: Path) -> dict[str, Path]:
    named = course / "reports" / f"{EXERCISE}.html"
    nameless = course / "nameless.html"
    list(class_pages(course, EXERCISE, out=named))
    list(class_pages(course, EXERCISE, out=nameless, anonymously=True))
    return {"named": named, "nameless": nameless}


Opened = Callable[..., tuple[Any, list[str]]]


@pytest.fixture
def look(browser: Any) -> Iterator[Opened]:
    """Opens a page; what it has asked for, and what it has said, is listed."""
    contexts = []

    def looked(path: Path, **how: Any) -> tuple[Any, list[str]]:
        contexts.append(browser.new_context(**how))
        page, seen = contexts[-1].new_page(), []
        page.on("request", lambda request: seen.append(request.url))
        page.on("console", lambda message: seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return page, seen

    yield looked
    for context in contexts:
        context.close()


def show(page: Any, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"class-{name}.png", full_page=True)


PHONE = {"width": 360, "height": 740}
WAYS: dict[str, dict[str, Any]] = {
    "desktop": {},
    "phone": {"viewport": PHONE, "has_touch": True},
    "dark": {"color_scheme": "dark"},
}


class TestInABrowser:
    pytestmark = in_a_browser

    def test_it_asks_for_nothing_and_nothing_in_it_acts(
        self, pages: dict[str, Path], look: Opened
    ) -> None:
        page, seen = look(pages["named"])
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate("""() => new Promise(done => {
            for (const element of document.querySelectorAll("main *"))
                for (const kind of ["mouseover", "focus", "toggle"])
                    element.dispatchEvent(new MouseEvent(kind, {bubbles: true}));
            requestAnimationFrame(() => requestAnimationFrame(done));
        })""")
        assert seen == [pages["named"].as_uri()]
        assert not page.evaluate("() => 'marked' in window")
        assert page.locator("img, iframe, object, embed, form, link, base").count() == 0
        assert page.locator("script").count() == 1
        text = page.inner_text("main")
        assert "</script><script>marked = 1" in text
        assert "\u202e" not in text
        assert "\x1b" not in text

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("kind", ["named", "nameless"])
    def test_it_is_accessible_and_no_wider_than_the_screen(
        self, pages: dict[str, Path], look: Opened, kind: str, way: str
    ) -> None:
        from axe_playwright_python.sync_playwright import Axe

        page, _ = look(pages[kind], **WAYS[way], bypass_csp=True)
        page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page)
        assert found.response["violations"] == [], found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        show(page, f"{kind}-{way}")

    def test_it_is_for_the_keyboard(self, pages: dict[str, Path], look: Opened) -> None:
        page, seen = look(pages["named"])
        rows = page.locator("#students tbody tr")
        link = rows.filter(has_text="quiet.zebulon").locator("a")
        link.focus()
        page.keyboard.press("Enter")
        opened = page.locator("details[open] > summary")
        assert opened.all_inner_texts() == ["quiet.zebulon: 10 of 10"]
        sort = page.get_by_role("button", name="Score")
        sort.focus()
        page.keyboard.press("Enter")
        scores = [float(text) for text in rows.locator("td:nth-child(2)").all_inner_texts()]
        assert scores == sorted(scores)
        page.keyboard.press("Enter")
        assert rows.first.locator("td").first.inner_text() == "10"
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("Score")
        assert len(seen) == 1

    def test_it_needs_no_script(self, pages: dict[str, Path], look: Opened) -> None:
        page, _ = look(pages["named"], java_script_enabled=False)
        page.locator("#students a", has_text="anselma.zweig").click()
        page.keyboard.press("Tab")  # goes on from where the link has led
        page.keyboard.press("Enter")
        assert page.locator("details[open] > summary").all_inner_texts() == [
            "anselma.zweig: 10 of 10"
        ]

    def test_it_prints_what_is_open(self, pages: dict[str, Path], look: Opened) -> None:
        page, _ = look(pages["named"], viewport={"width": 700, "height": 990})
        page.emulate_media(media="print")
        page.locator("details[id]").first.evaluate("one => one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not page.locator("nav").is_visible()
        show(page, "print")


@pytest.mark.parametrize("kind", ["named", "nameless"])
def test_it_is_valid_html_and_runs_its_own_script_alone(pages: dict[str, Path], kind: str) -> None:
    import html5lib

    text = pages[kind].read_text(encoding="utf-8")
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    targets = {a.get("href")[1:] for a in document.iter("a") if a.get("href").startswith("#")}
    assert targets <= set(ids)
    scripts = [element.text or "" for element in document.iter("script")]
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert [f"'sha256-{digest}'" for digest in digests] == re.findall(r"'sha256-[^']+'", policy[1])
