"""(b) The kit's grader: the trusted process of `autograder grade --jobs 1`, zygote warm.

Run as `python -m bench.graded NOTEBOOK`; orders on stdin: "grade" one submission, "grade open" one
where neither Landlock nor the filter of system calls is in force, "start" another sandbox, "memory"
of the processes at work, "isolation" in force.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from autograder.grading import Grader
from autograder.report import CheckResult
from autograder.sandbox import seccomp, walls
from autograder.sandbox.launcher import Sandbox
from autograder.submission import read

from .contender import EXERCISE, answer, serve

INSIDE = ("zygote", "loaded submission", "fork of it for a check, or for the next")
WRAPPERS = {"bwrap", "setpriv"}
MEASURED_CHECK = "epochs_start_from_zero"


def main(notebook: Path) -> None:
    """Start two graders, grade once for warmth, then do what is ordered."""
    with Grader() as grader, _without_second_wall() as bare:
        for each in (grader, bare):
            _grade(each, notebook)
        answer(
            {
                "grade": lambda: _grade(grader, notebook),
                "grade open": lambda: _grade(bare, notebook),
                "start": lambda: _start(grader),
                "memory": lambda: _memory(grader, notebook),
                "isolation": lambda: grader.sandbox.isolation,
            }
        )


@contextlib.contextmanager
def _without_second_wall() -> Iterator[Grader]:
    """A grader for submissions that are trusted, as the one graded here is."""
    with (
        mock.patch.object(seccomp, "program", return_value=b""),
        mock.patch.object(walls, "_readable", return_value=[]),
        Grader() as grader,
    ):
        yield grader


def _grade(grader: Grader, notebook: Path) -> float:
    began = time.perf_counter()
    report = grader.grade_file(notebook, EXERCISE)
    seconds = time.perf_counter() - began
    if report.score != report.max_score:
        raise RuntimeError(f"the right submission got {report.score}: {report.reason}")
    return seconds


def _start(grader: Grader) -> float:
    """Seconds until another sandbox could run its first submission."""
    began = time.perf_counter()
    with Sandbox(grader.limits, grader.sandbox.isolation):
        return time.perf_counter() - began


def _memory(grader: Grader, notebook: Path) -> list[tuple[str, int, int]]:
    """Each process as (what it is, RSS, PSS) in bytes, at the end of a check in its fork.

    PSS shares a page out among the processes that have it, so it can be summed; RSS cannot. PSS is
    0 where the system does not let us read it; nothing is known at all where there is no /proc.
    """
    found: list[tuple[str, int, int]] = []
    if not Path("/proc/self/smaps_rollup").exists():
        return found

    def look(result: CheckResult) -> None:
        if result.id != MEASURED_CHECK:
            return
        found.append(("trusted process", *_bytes(os.getpid())))
        if grader.sandbox.pid:
            found.extend((INSIDE[min(d, 2)], *_bytes(pid)) for d, pid in _below(grader.sandbox.pid))
        found[:] = [(what, rss, pss) for what, rss, pss in found if rss]  # others have just ended

    submission = read(notebook, EXERCISE, grader.limits.submission_bytes, grader.limits.cells)
    grader.grade(submission, look)
    return found


def _below(pid: int, depth: int = 0) -> Iterator[tuple[int, int]]:
    """`pid` and the processes below it, with how deep they are; wrappers do not count."""
    process = Path(f"/proc/{pid}")
    if (process / "comm").read_text().strip() not in WRAPPERS:
        yield depth, pid
        depth += 1
    for child in (process / "task" / str(pid) / "children").read_text().split():
        yield from _below(int(child), depth)


def _bytes(pid: int) -> tuple[int, int]:
    """RSS and PSS of a process."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.endswith(" kB")}
    rss = sizes.get("Rss", sizes.get("VmRSS", "0"))
    return 1024 * int(rss), 1024 * int(sizes.get("Pss", "0"))


if __name__ == "__main__":
    serve(main)
