"""A page for the class, from its reports: one HTML file that needs no other, and no network."""

import base64
import hashlib
import io
import os
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import msgspec

from ..report import Report, points_text, read_report
from ..tables import SYMBOLS, WORDS, one_line, printable
from .anonymous import anonymous
from .class_figures import (
    BINS,
    Student,
    check_rows,
    group_rows,
    longest,
    score_counts,
    shown,
    wrong_answers,
)

PARTS = Path(__file__).parent / "page"
REPORTS = "reports"
COMMONEST = 12
"""How many wrong answers are listed."""


class NothingToReport(Exception):
    """There are no reports to make a page of; one sentence says what to do."""


class Page(msgspec.Struct, frozen=True):
    """A page that was written: where, of how many submissions, and the files left out, each with
    the reason."""

    path: Path
    submissions: int
    left_out: list[str]


def class_pages(
    root: Path,
    exercise: str | None = None,
    folder: Path | None = None,
    out: Path | None = None,
    anonymously: bool = False,
) -> Iterator[Page]:
    """Write a page for each exercise that is reported on in `folder`, and yield what was written.

    `folder` is by default reports/<exercise> in the course at `root`, or without an exercise each
    folder in its reports/; `out` is by default reports/<exercise>.html there, or without names
    reports/<exercise>_anonymous.html. Raises NothingToReport and OSError.
    """
    read = [(place, *_read(place)) for place in _places(root, exercise, folder)]
    pages = [
        (place, name, reports, left_out)
        for place, found, left_out in read
        for name, reports in _by_page(found, place, exercise, folder is not None).items()
    ]
    if out is not None and len(pages) > 1:
        names = ", ".join(name for _, name, _, _ in pages)
        raise NothingToReport(f"--out is for one page, and there are several: name one of {names}.")
    for place, name, reports, left_out in pages:
        path = out or root / REPORTS / f"{name}{'_anonymous' * anonymously}.html"
        assignment = place.name if folder is None else name
        feedback = None if anonymously else root / "feedback"
        students = _students(reports, feedback, assignment, path.parent, anonymously)
        hidden = [counted(len(left_out), "file")] if anonymously and left_out else left_out
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_html(name, students, hidden), encoding="utf-8", errors="replace")
        yield Page(path, len(students), left_out)


# --- reports, as they lie in folders ---


def _places(root: Path, exercise: str | None, folder: Path | None) -> list[Path]:
    """The folders to look in, all of which are there."""
    first = f"grade first, with `autograder class {exercise or 'ASSIGNMENT'}`"
    if folder is not None or exercise is not None:
        place = folder or root / REPORTS / str(exercise)
        if not place.is_dir():
            raise NothingToReport(
                f"There is no folder {place}: {first}, or name another by --from."
            )
        return [place]
    above = root / REPORTS
    places = sorted(path for path in above.glob("*") if any(_files(path)))
    if not places:
        loose = any(_files(above))
        raise NothingToReport(
            f"The reports lie in {REPORTS}/ itself: say `autograder report --from {REPORTS}`."
            if loose
            else f"There are no reports in {REPORTS}/ here: go to the course's folder, or {first}."
        )
    return places


def _files(folder: Path) -> list[Path]:
    found = folder.glob("*.json") if folder.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith("."))


def _read(folder: Path) -> tuple[list[Report], list[str]]:
    """The reports in a folder, and the files there that are none, each with the reason."""
    reports: list[Report] = []
    left_out: list[str] = []
    for path in _files(folder):
        try:
            report = read_report(path)
            for points in (report.score, report.max_score, *(c.points for c in report.checks)):
                points_text(points)
        except OSError as error:
            left_out.append(printable(f"{path.name}: {error.strerror}"))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            left_out.append(printable(f"{path.name}: damaged ({error})"))
        else:
            reports.append(report)
    if not reports:
        why = f"none of its {counted(len(left_out), 'file')} is a report" if left_out else "empty"
        raise NothingToReport(
            f"There is no report in {folder} ({why}): grade again, with `autograder class` or "
            "`autograder grade --out`."
        )
    return reports, left_out


def _by_page(
    reports: Sequence[Report], place: Path, wanted: str | None, chosen: bool
) -> dict[str, list[Report]]:
    """{name of a page: the reports on it}; several where a folder is about several exercises.

    A folder of the course's own is named after its assignment; one that was `chosen` is not.
    """
    found: dict[str, list[Report]] = {}
    for report in sorted(reports, key=lambda report: report.submission.casefold()):
        found.setdefault(report.exercise, []).append(report)
    if not chosen:
        alone = len(found) == 1
        return {
            place.name if alone or name == place.name else f"{place.name}-{name}": of_one
            for name, of_one in found.items()
        }
    if wanted is not None and wanted not in found:
        raise NothingToReport(
            f"The reports in {place} are on {', '.join(found)}, not on {wanted}: name one of them."
        )
    return found if wanted is None else {wanted: found[wanted]}


# --- students, as the page shows them ---


def _students(
    reports: Sequence[Report],
    feedback: Path | None,
    assignment: str,
    above: Path,
    anonymously: bool,
) -> list[Student]:
    if anonymously:
        reports = anonymous(reports)
    names = Counter(_short(report) for report in reports)
    return [
        Student(
            number,
            one_line(short if names[short := _short(report)] == 1 else report.submission),
            report,
            _feedback(report, feedback, assignment, above) if feedback else "",
        )
        for number, report in enumerate(reports, start=1)
    ]


def _short(report: Report) -> str:
    """The student's name, where the rest is what every submission is called."""
    path = PurePosixPath(report.submission)
    alone = len(path.parts) == 2 and path.stem == report.exercise
    return path.parts[0] if alone else report.submission


def _feedback(report: Report, feedback: Path, assignment: str, above: Path) -> str:
    """The link from a page in `above` to nbgrader's feedback page, if that is there."""
    path = PurePosixPath(report.submission)
    if len(path.parts) != 2 or not {"", ".", "..", "/"}.isdisjoint(path.parts):
        return ""
    page = feedback / path.parts[0] / assignment / f"{path.stem}.html"
    try:
        there = page.is_file()
    except (OSError, ValueError):
        return ""
    return quote(os.path.relpath(page, above), errors="surrogateescape") if there else ""


# --- the page ---


def _html(name: str, students: Sequence[Student], left_out: Sequence[str]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    graded = [student for student in students if student.graded]
    scores = [student.report.score for student in graded]
    most = max((student.report.max_score for student in students), default=0.0)
    counts = score_counts(scores, most) if most and scores else []
    answers = wrong_answers(graded)
    median_seconds, slowest = longest(graded)
    script = (PARTS / "class.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"points": points_text, "shown": shown, "counted": counted}
    return environment.get_template("class.html.jinja").render(
        name=name, students=students, graded=graded, left_out=left_out, most=most,
        ungraded=[student for student in students if not student.graded],
        mean=statistics.fmean(scores) if scores else 0.0,
        median=statistics.median(scores) if scores else 0.0,
        full=sum(score >= most for score in scores),
        nothing=sum(score == 0 for score in scores),
        counts=counts, plot=Markup(_plot(counts, most)) if counts else "",
        groups=group_rows(graded), checks=check_rows(graded),
        limited=[student for student in graded if student.met("limit")],
        forbidden=[student for student in graded if student.met("forbidden")],
        linked=any(student.feedback for student in students),
        answers=answers[:COMMONEST], rarer=answers[COMMONEST:],
        slowest=slowest, median_seconds=median_seconds, symbols=SYMBOLS, words=WORDS,
        isolations=sorted({student.report.isolation for student in graded}),
        script=Markup(script), digest=_digest(script),
    )  # fmt: skip


def counted(number: int, what: str) -> str:
    """ "1 file", "2 files"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _digest(script: str) -> str:
    """By this alone the page lets a script run: the one it came with."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _plot(counts: Sequence[tuple[float, int]], most: float) -> str:
    """The distribution of scores as an <svg> in the colour of the text around it."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    places = [*range(BINS), BINS + 0.5]  # the full score apart from the rest
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "class", "font.size": 9}):
        figure = Figure(figsize=(4.4, 2.6), layout="constrained")
        axes = figure.subplots()
        bars = axes.bar(
            places, [number for _, number in counts], width=1.0, align="edge",
            color="#808080", edgecolor="black", linewidth=0.8,
        )  # fmt: skip
        axes.bar_label(bars, [str(number or "") for _, number in counts], padding=1)
        axes.set_xticks([*range(BINS + 1), BINS + 1], [
            *(points_text(round(low, 2)) for low, _ in counts), f"all {points_text(most)}"
        ])  # fmt: skip
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(x=0.02, y=0.12)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xlabel("Score (points)")
        axes.set_ylabel("Submissions (number)")
        made = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(made, format="svg", metadata=nothing, transparent=True)
    svg = made.getvalue()
    svg = svg[svg.index("<svg") :].replace("#000000", "currentColor")
    return svg.replace("<svg ", '<svg role="img" aria-labelledby="plot-says" ', 1)
