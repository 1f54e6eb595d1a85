"""Runs the checks of an exercise on one submission, through pytest, and collects verdicts.

pytest runs in the calling process: the trusted one when grading, the student's own for feedback.
"""

import contextlib
import functools
import itertools
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import _prepareconfig

from ..report import CheckResult, Measured, Met, Status
from ..sandbox.proxy import Crashed, LimitReached, StudentError, take_latest
from . import CheckError, CheckInfo, files, fixtures
from .causes import likely_cause
from .expect import CheckFailed, measuring, unforeseen
from .fixtures import Opener

_UNUSED = """terminal cacheprovider logging warnings doctest unittest junitxml pastebin stepwise
    faulthandler unraisableexception threadexception setuponly setupplan debugging legacypath
    recwarn monkeypatch tmpdir capture"""
# A run has to be quick and leave nothing behind: no plugins but ours, no cache, no ini file.
_ARGUMENTS = ["--noconftest", "-c", os.devnull, "--rootdir", os.sep, "--import-mode=importlib"]
# Rewriting asserts would rewrite every module first imported while a check runs, torch's included.
_ARGUMENTS += ["--assert=plain"]
_ARGUMENTS += [word for name in _UNUSED.split() for word in ("-p", f"no:{name}")]


def run(
    exercise: str,
    opener: Opener,
    hidden: bool = True,
    groups: Collection[str] | None = None,
    progress: Callable[[CheckResult], None] | None = None,
    seed: int = 0,
    only: Collection[str] | None = None,
) -> list[CheckResult]:
    """The verdicts of an exercise's checks, in the order they are written.

    Each check gets its own fork from `opener`. `groups` and `only` (ids of checks) pick some;
    None means all. `seed` is what accuracy checks add to theirs: 0, but other in calibration.
    Raises CheckError if they are no checks.
    """
    paths = tuple(files(exercise, hidden))
    if not paths:
        return []
    session = _session(paths)
    wanted = [
        item for item, info in session.checks.items()
        if (groups is None or info.group in groups) and (only is None or info.id in only)
    ]  # fmt: skip
    return session.run(wanted, opener, progress, seed)


def collect(exercise: str) -> list[CheckInfo]:
    """The checks of an exercise as they are written. Raises CheckError if they are no checks."""
    paths = tuple(files(exercise, True))
    return list(_session(paths).checks.values()) if paths else []


@functools.cache
def _session(paths: tuple[Path, ...]) -> "_Session":
    return _Session(paths)


class _Session:
    """pytest with the checks of some files, which are collected once and run again and again.

    Collecting and configuring take longer than all quick checks of a submission together. That a
    test can be run again is what pytest provides for plugins that repeat failed ones.
    """

    def __init__(self, paths: Collection[Path]) -> None:
        self._plugin = _Plugin()
        with _undisturbed():
            arguments = [*_ARGUMENTS, *map(str, paths)]
            self._config = _prepareconfig(arguments, [self._plugin, fixtures])
            self._session = pytest.Session.from_config(self._config)
            self._config._do_configure()
            self._config.hook.pytest_sessionstart(session=self._session)
            self._session.perform_collect()
        if self._plugin.broken:
            raise CheckError(self._plugin.broken[0])
        self.checks = self._plugin.checks = {item: _info(item) for item in self._session.items}

    def run(
        self,
        items: Sequence[pytest.Item],
        opener: Opener,
        progress: Callable[[CheckResult], None] | None,
        seed: int,
    ) -> list[CheckResult]:
        """The verdicts of some of the checks, on one submission."""
        self._config.stash[fixtures.OPENER] = opener
        self._config.stash[fixtures.SEED] = seed
        self._plugin.begin(items, progress)
        try:
            with _undisturbed():
                for item, following in itertools.zip_longest(items, items[1:]):
                    self._config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        finally:
            self._session._setupstate.teardown_exact(None)  # what an interrupt has left
            del self._config.stash[fixtures.OPENER]
        return self._plugin.results


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep pytest from plugins that are installed, from printing and from leaving files behind."""
    was = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            yield
    finally:
        sys.dont_write_bytecode = bytecode
        if was is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = was
        # pytest keeps the last exception for a debugger; here it would keep a submission alive.
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            sys.__dict__.pop(name, None)


class _Plugin:
    """Turns what becomes of checks into results."""

    def __init__(self) -> None:
        self.checks: dict[pytest.Item, CheckInfo] = {}
        self.broken: list[str] = []
        self.begin((), None)

    def begin(
        self, items: Sequence[pytest.Item], progress: Callable[[CheckResult], None] | None
    ) -> None:
        """Forget the submission before."""
        for item in items:
            item.stash[fixtures.SHOWN] = []
        self._progress = progress
        self._measured: list[Measured] = []
        self._seconds: dict[str, float] = {}
        self._done: set[str] = set()
        self.results: list[CheckResult] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.tbstyle = "value"  # formatting tracebacks that nobody sees takes long
        config.addinivalue_line(
            "markers", "check(group, points, hint, extra): what a check is worth"
        )
        config.addinivalue_line("python_files", "*.py")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(f"{report.nodeid} cannot be read: {report.longreprtext}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        with measuring() as self._measured:
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        info = self.checks[item]
        self._seconds[info.id] = self._seconds.get(info.id, 0.0) + call.duration
        failed = call.excinfo is not None
        if info.id not in self._done and (failed or call.when == "call"):
            error = call.excinfo.value if call.excinfo else None
            shown: list[str] = item.stash[fixtures.SHOWN]
            measured, self._measured = self._measured, []
            seconds = self._seconds[info.id]
            result = _result(info, error, seconds, "\n\n".join(shown), measured)
            self._done.add(info.id)
            self.results.append(result)
            if self._progress:
                self._progress(result)
        return report


def _info(item: pytest.Item) -> CheckInfo:
    mark = item.get_closest_marker("check")
    doc = getattr(item, "obj", None).__doc__ or ""
    if mark is None or not doc.strip():
        raise CheckError(f"{item.nodeid} needs a @check(...) and a docstring that is its title")
    return CheckInfo(
        id=item.name.removeprefix("test_"),
        title=doc.strip().splitlines()[0].rstrip("."),
        hidden=item.path.name == "hidden.py",
        **mark.kwargs,
    )


def _result(
    info: CheckInfo,
    error: BaseException | None,
    seconds: float,
    shown: str,
    measured: list[Measured],
) -> CheckResult:
    status, message = _verdict(error)
    return CheckResult(
        id=info.id,
        group=info.group,
        title=info.title,
        hidden=info.hidden,
        status=status,
        points=info.points if status == "passed" else 0.0,
        max_points=info.points,
        message=message,
        hint=info.hint,
        seconds=round(seconds, 4),
        extra=info.extra,
        shown=shown,
        measured=measured,
        met=_met(error),
    )


def _verdict(error: BaseException | None) -> tuple[Status, str]:
    """A check's status and message, from what it raised."""
    latest = take_latest()
    if error is None:
        return "passed", ""
    if isinstance(error, CheckFailed):
        return "failed", str(error)
    if isinstance(error, StudentError) and error.kind == "missing":
        return "not_attempted", f"{error.of} is not there"
    if isinstance(error, StudentError) and error.kind == "not_written":
        said = " ".join(error.message.split())
        return "not_attempted", said or f"{error.of} is not written yet"
    if isinstance(error, StudentError):
        return "failed", f"{error}. {likely_cause(error.message)}".rstrip()
    if isinstance(error, LimitReached):
        return ("timeout" if error.timeout else "crashed"), f"stopped: {error}"
    if isinstance(error, Crashed):
        return "crashed", f"stopped: {error}"
    if isinstance(error, AssertionError) and str(error):
        return "failed", str(error)
    if isinstance(error, Exception):
        # A fixture's exception comes again for each check that shares it.
        return "failed", unforeseen(error, vars(error).setdefault("latest", latest))
    if isinstance(error, SystemExit):
        raise error
    raise CheckError(f"a check ended with {type(error).__name__}: {error}")


def _met(error: BaseException | None) -> Met:
    """What student code ran into, as far as what a check raised can tell."""
    if isinstance(error, LimitReached):
        return "limit"
    refused = isinstance(error, StudentError | Crashed) and error.forbidden
    return "forbidden" if refused else ""
