"""Prints what was measured."""

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from .courses import ClassRun
from .measure import Ratio, Row

MIB = 2**20


def machine() -> str:
    """Processor, cores we may use, and the versions that matter."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else []:
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {_version(name)}" for name in ("torch", "nbgrader", "pytest"))
    return f"{cpu}, {cores} cores; Python {platform.python_version()}, {versions}"


def times(title: str, rows: Sequence[Row]) -> Table:
    """Medians with their spread, and how each was measured."""
    table = _table(title)
    for heading in ("", "what"):
        table.add_column(heading)
    for heading in ("median", "min - max", "runs"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("how", style="dim")
    for row in rows:
        if row.median is None:
            table.add_row(row.key, row.what, "-", "-", "0", row.missing)
        else:
            spread = f"{min(row.seconds):.3f} - {max(row.seconds):.3f}"
            median, runs = f"{row.median:.3f}", str(len(row.seconds))
            table.add_row(row.key, row.what, median, spread, runs, row.how)
    return table


def by_exercise(
    graded: Mapping[str, Sequence[float]], trained: Mapping[str, Sequence[float]]
) -> Table:
    """One student's whole work: medians of grading (f) and of the trainings alone (g)."""
    table = _table("The same by exercise, one job")
    table.add_column("exercise")
    for heading in ("f graded", "g trainings", "f - g"):
        table.add_column(heading, justify="right")
    sums = [0.0, 0.0]
    for exercise in graded:
        medians = [statistics.median(times[exercise]) for times in (graded, trained)]
        sums = [total + median for total, median in zip(sums, medians, strict=True)]
        table.add_row(exercise, *(f"{s:.3f}" for s in (*medians, medians[0] - medians[1])))
    table.add_row("together", *(f"{s:.3f}" for s in (*sums, sums[0] - sums[1])))
    return table


def classes(runs: Sequence[ClassRun], stock: float | None) -> Table:
    """What `autograder class` takes for each submission, its start included, by size of class."""
    table = _table("autograder class (hello_rnn, right notebooks, all recorded)")
    headings = ("students", "seconds", "each", "stock nbgrader, scaled (d)", "times", "memory, MiB")
    for heading in headings:
        table.add_column(heading, justify="right")
    for run in runs:
        each = run.seconds / run.students
        scaled = f"{stock * run.students:.0f}" if stock else "-"
        ratio = f"{stock / each:.1f}" if stock else "-"
        cells = (f"{run.seconds:.1f}", f"{each:.3f}", scaled, ratio, f"{run.memory / MIB:.0f}")
        table.add_row(str(run.students), *cells)
    return table


def memory(processes: Sequence[tuple[str, int, int]]) -> Table:
    """RSS and PSS of each process; a worker is all of them that are inside the sandbox."""
    table = _table("Memory while a check runs, MiB")
    table.add_column("process")
    table.add_column("RSS", justify="right")
    table.add_column("PSS (shared pages shared out)", justify="right")
    for what, rss, pss in processes:
        table.add_row(what, f"{rss / MIB:.0f}", f"{pss / MIB:.0f}" if pss else "-")
    inside = [pss for _, _, pss in processes[1:]]
    total = f"{sum(inside) / MIB:.0f}" if all(inside) else "-"
    table.add_row("a worker: all of the sandbox", "", total)
    return table


def wanted(ratios: Sequence[Ratio]) -> Table:
    """What was wanted beside what was measured."""
    table = _table("Ratios of the medians")
    for heading in ("ratio", "wanted", "measured", ""):
        table.add_column(heading)
    for ratio in ratios:
        if ratio.measured is None:
            table.add_row(ratio.text, ratio.wanted, "-", "not measured")
        else:
            sign = "[green]✓[/green]" if ratio.met else "[red]✗[/red]"
            table.add_row(ratio.text, ratio.wanted, f"{ratio.measured:.2f}", sign)
    return table


def console() -> Console:
    """Where tables go: the terminal's width there, wide enough for every row elsewhere."""
    out = Console()
    return out if out.is_terminal else Console(width=150)


def _table(title: str) -> Table:
    lines = box.SIMPLE_HEAD if Console().is_terminal else None
    return Table(title=title, title_justify="left", box=lines, pad_edge=False)


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "missing"
