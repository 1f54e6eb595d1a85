"""What `autograder grade` does: find, grade in parallel, show progress, write results."""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .. import checks
from ..report import Report, points_text, write_report
from ..sandbox.inside.limits import Limits
from ..sandbox.walls import Isolation, best_isolation, why_weaker
from ..tables import class_table, verdict_table
from .finding import Found, NothingToGrade, find

MEMORY = ".remembered.sqlite"
ISOLATIONS: tuple[Isolation, ...] = ("namespace", "user", "process")


def grade_paths(
    paths: Sequence[Path],
    exercise: str | None,
    jobs: int,
    as_json: bool,
    out: Path | None,
    isolation: str | None,
) -> bool:
    """Grade what is in `paths` and print it; whether every submission got every point.

    Raises NothingToGrade, SandboxError, and OSError where `out` cannot be written. An interrupt
    shows and keeps what is finished, then goes on to the caller.
    """
    wall = _chosen(isolation)
    found, passed_over = find(paths, exercise)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    reports: list[Report] = []
    remembered: list[str] = []
    try:
        grade_each(found, jobs, None, wall, out, reports, remembered)
    finally:
        reports.sort(key=lambda report: [item.name for item in found].index(report.submission))
        if as_json:
            _print_json(reports)
        elif reports:
            _print_table(reports, passed_over, len(found))
            if remembered:
                print(f"{len(remembered)} of {len(found)} were graded before, and are remembered.")
    return all(report.score >= report.max_score for report in reports)


def grade_each(
    found: Sequence[Found],
    jobs: int,
    limits: Limits | None,
    isolation: Isolation,
    out: Path | None,
    reports: list[Report],
    remembered: list[str],
) -> None:
    """Grade every submission, append its report to `reports` and write it to `out` at once.

    There, what was graded before is remembered, so that after an interruption only the rest is;
    the names of those join `remembered`.
    A progress bar on stderr counts them where that is a terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from ..remembered import Remembered
    from .batch import grade_all

    console = Console(stderr=True)
    if isolation != "namespace":
        notice = f"[yellow]Weaker isolation ({isolation}):[/yellow] {why_weaker()}"
        console.print(notice, soft_wrap=True)
    columns = (TextColumn("Grading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    memory = Remembered(out / MEMORY) if out is not None else None
    results = grade_all(found, jobs, limits, isolation, memory)
    try:
        quiet = not console.is_terminal
        with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
            task = bar.add_task("", total=len(found))
            for item, report, known in results:
                reports.append(report)
                remembered += [item.name] * known
                if out is not None:
                    write_report(report, out)
                bar.update(task, advance=1)
                bar.refresh()
    finally:
        results.close()


def _chosen(isolation: str | None) -> Isolation:
    if isolation is None:
        return best_isolation()
    for known in ISOLATIONS:
        if isolation == known:
            if known == "namespace" and best_isolation() != "namespace":
                raise NothingToGrade(f"There is no isolation by namespaces here: {why_weaker()}")
            return known
    raise NothingToGrade(f"--isolation is one of {', '.join(ISOLATIONS)}, not {isolation!r}.")


def _print_json(reports: list[Report]) -> None:
    text = msgspec.json.format(msgspec.json.encode(reports), indent=2)
    sys.stdout.write(text.decode() + "\n")


def _print_table(reports: list[Report], passed_over: list[str], expected: int) -> None:
    from rich.console import Console

    console = Console()
    if len(reports) == 1 and expected == 1:
        [report] = reports
        console.print(verdict_table(report.checks, report.submission))
        if report.problem:
            console.print(report.problem, markup=False)
    console.print(class_table(reports))
    if len(reports) < expected:
        console.print(f"Stopped: {len(reports)} of {expected} are graded.")
    if passed_over:
        shown = ", ".join(passed_over[:5]) + (", ..." if len(passed_over) > 5 else "")
        console.print(f"Passed over {len(passed_over)}: {shown}", markup=False)
    for exercise in sorted({report.exercise for report in reports}):
        for name, points in checks.by_hand(exercise).items():
            more = f"{points_text(points)} more points for {name!r} are given by hand."
            console.print(f"{exercise}: {more}", highlight=False)
    for isolation in sorted({report.isolation for report in reports}):
        seconds = sum(report.seconds for report in reports) / len(reports)
        console.print(f"[dim]isolation: {isolation}; {seconds:.2f} s a submission[/dim]")
