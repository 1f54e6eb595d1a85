"""What the tests share: the clone, the real sandbox, and reports without their times."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import live_jupyter
import msgspec
import pytest
from xdist.scheduler import LoadScopeScheduling

from autograder.grading import Grader
from autograder.report import Report
from autograder.sandbox.inside.limits import Limits

collect_ignore = ["attacks", "bank"]  # submissions, some by names of tests

TIGHT = Limits(cpu_seconds=2, load_seconds=8.0, check_seconds=8.0)
"""Limits under which an endless loop costs two seconds, and spelling has room."""


def unexpected(stderr: str) -> list[str]:
    """Lines of a command's stderr, but for the notice where this machine has no namespaces."""
    return [line for line in stderr.splitlines() if not line.startswith("Weaker isolation")]


class ByFile(LoadScopeScheduling):
    """Tests of one file stay in one process, and share its fixtures.

    The exceptions: each exercise's bank, and tests that take minutes by themselves. xdist's own
    way, by marks, changes ids of tests that pytest 9.2 no longer lets it change.
    """

    ALONE = ("test_the_same_holds_when_an_ordinary_user", "test_being_killed_loses_no_finished")

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        if name.startswith("test_the_bank_is_judged"):
            return f"{file} {name.partition('[')[2].partition('/')[0]}"
        return nodeid if name.startswith(self.ALONE) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, whatever is slow begins first."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, of which `playwright` opens pages; no longer than a file, for its event loop."""
    with live_jupyter.browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    """One grader for all tests, in the strongest isolation there is: submissions share it."""
    with Grader(TIGHT) as shared:
        yield shared


@pytest.fixture(scope="session")
def timeless() -> Callable[[Report], dict[str, object]]:
    """A report without the times, which are all that may differ between two gradings."""

    def without_times(report: Report) -> dict[str, object]:
        made: dict[str, object] = msgspec.to_builtins(report)
        del made["seconds"]
        for check in made["checks"]:  # type: ignore[attr-defined]
            del check["seconds"]
        return made

    return without_times
