"""Holds the hand-written calls and asserts against the checks: the same names, the same work.

Run as `python -m bench.same_work NOTEBOOK`: says that it is ready, or what has come apart. Work is
counted in optimizer steps and in calls of modules.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from torch.nn.modules.module import register_module_forward_hook
from torch.optim.optimizer import register_optimizer_step_post_hook

from autograder.checks import catalogue, runner
from autograder.checks.descent import Adam
from autograder.sandbox.inside import wire
from autograder.sandbox.inside.loading import run_cells
from autograder.sandbox.proxy import LocalChannel
from autograder.submission import notebook_cells

from . import asserted, direct
from .contender import EXERCISE, answer, serve

Work = Counter[str]


def main(notebook: Path) -> None:
    """Raises ValueError where bench/ is behind the checks."""
    student, _ = run_cells(EXERCISE, notebook_cells(notebook.read_bytes()))
    _same("checks in bench/asserted.py", _written(), {i.id: i.points for i in catalogue(EXERCISE)})
    inside, everywhere = _work_of_checks(student)
    _same("work in bench/direct.py", _work(lambda: _each(direct.CALLS, student)), inside)
    checks = [check for group in asserted.CHECKS.values() for check in group]
    _same("work in bench/asserted.py", _work(lambda: _each(checks, student)), everywhere)
    answer({})


def _written() -> dict[str, float]:
    groups = asserted.CHECKS.values()
    return {check.__name__: worth for group in groups for check, worth in group.items()}


def _same(what: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    if ours != theirs:
        raise ValueError(f"{what}: {dict(ours)}; in the checks: {dict(theirs)}")


def _work_of_checks(student: ModuleType) -> tuple[Work, Work]:
    """The work of the real checks: what they have the submission do, and all of it."""
    inside = Work()
    with _counting() as everywhere:

        class Watched(LocalChannel):
            def ask(self, request: wire.Get | wire.Call) -> wire.Returned | wire.Raised:
                before = everywhere.copy()
                reply = super().ask(request)
                inside.update(everywhere - before)
                return reply

        results = runner.run(EXERCISE, lambda: contextlib.nullcontext(Watched(student)))
    failed = [result.id for result in results if result.status != "passed"]
    if failed:
        raise ValueError(f"the right submission fails {', '.join(failed)}")
    return inside, everywhere


def _each(calls: list[Callable[[Any], None]], student: ModuleType) -> None:
    for call in calls:
        call(student)


def _work(run: Callable[[], None]) -> Work:
    with _counting() as work:
        run()
    return work


@contextlib.contextmanager
def _counting() -> Iterator[Work]:
    work = Work()

    def step(self: Adam) -> None:
        work.update(["optimizer steps"])
        ours(self)

    ours, Adam.step = Adam.step, step  # type: ignore[method-assign]
    handles = [
        register_optimizer_step_post_hook(lambda *_: work.update(["optimizer steps"])),
        register_module_forward_hook(lambda *_: work.update(["calls of modules"])),
    ]
    try:
        yield work
    finally:
        Adam.step = ours  # type: ignore[method-assign]
        for handle in handles:
            handle.remove()


if __name__ == "__main__":
    serve(main)
