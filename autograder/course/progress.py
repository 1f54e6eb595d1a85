"""How the author's commands show what they do and what came of it."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..graders import Graders, Task, grade
from ..report import Report

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def graded(graders: Graders, tasks: Sequence[Task], doing: str) -> list[tuple[Task, Report]]:
    """Every task with its report, in the order of the tasks; a bar counts where it can be seen."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    places = {id(task): number for number, task in enumerate(tasks)}
    done: list[tuple[int, Task, Report]] = []
    shown = 0.0
    # No refreshing thread: workers are forked from this process.
    with Progress(
        *columns,
        console=console,
        transient=True,
        auto_refresh=False,
        disable=not console.is_terminal,
    ) as bar:
        counter = bar.add_task("", total=len(tasks))
        for task, report in graders.run(grade, tasks):
            done.append((places[id(task)], task, report))
            bar.update(counter, advance=1)
            if time.monotonic() - shown > 0.1:
                bar.refresh()
                shown = time.monotonic()
    return [(task, report) for _, task, report in sorted(done, key=lambda item: item[0])]


def table(*headings: str) -> "Table":
    """An empty table with these columns."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def print_shortfalls(shortfalls: Sequence[tuple[str, str]], out: "Console") -> bool:
    """A line for each (exercise, what fell short); whether there was none."""
    for exercise, text in shortfalls:
        line = f"{exercise}: {text}".rstrip(".")
        out.print(f"{line}.", style="red", markup=False, highlight=False, soft_wrap=True)
    return not shortfalls
