"""Runs the checks of an exercise on one submission, through pytest, and collects verdicts.

pytest runs in the calling process: the trusted one when grading, the student's own for feedback.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Collection
from typing import Any

import pytest

from ..report import CheckResult, Measured, Met, Status
from ..sandbox.proxy import Channel, Crashed, LimitReached, StudentError, take_latest
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
    """
    plugin = _Plugin(opener, groups, progress, seed, only)
    _pytest(exercise, plugin, hidden)
    return plugin.results


def collect(exercise: str) -> list[CheckInfo]:
    """The checks of an exercise as they are written. Raises CheckError if they are no checks."""
    plugin = _Plugin(_no_opener, None, None)
    _pytest(exercise, plugin, True, "--collect-only")
    return plugin.infos


def _no_opener() -> contextlib.AbstractContextManager[Channel]:
    raise CheckError("a check ran while checks were only being listed")


def _pytest(exercise: str, plugin: "_Plugin", hidden: bool, *arguments: str) -> None:
    paths = [str(path) for path in files(exercise, hidden)]
    if not paths:
        return
    was = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            code = pytest.main([*_ARGUMENTS, *arguments, *paths], plugins=[plugin, fixtures])
    finally:
        sys.dont_write_bytecode = bytecode
        if was is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = was
        # pytest keeps the last exception for a debugger; here it would keep a submission alive.
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            sys.__dict__.pop(name, None)
    if code == pytest.ExitCode.INTERRUPTED and not plugin.broken:
        raise KeyboardInterrupt
    if plugin.broken:
        raise CheckError(plugin.broken[0])


class _Plugin:
    """Turns what becomes of checks into results."""

    def __init__(
        self,
        opener: Opener,
        groups: Collection[str] | None,
        progress: Callable[[CheckResult], None] | None,
        seed: int = 0,
        only: Collection[str] | None = None,
    ) -> None:
        self._opener, self._groups, self._progress = opener, groups, progress
        self._seed, self._only = seed, only
        self._measured: list[Measured] = []
        self._seconds: dict[str, float] = {}
        self.results: list[CheckResult] = []
        self.infos: list[CheckInfo] = []
        self.broken: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.tbstyle = "value"  # formatting tracebacks that nobody sees takes long
        config.stash[fixtures.OPENER] = self._opener
        config.stash[fixtures.SEED] = self._seed
        config.addinivalue_line(
            "markers", "check(group, points, hint, extra): what a check is worth"
        )
        config.addinivalue_line("python_files", "*.py")

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self.broken.append(str(excinfo.value))
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(f"{report.nodeid} cannot be read: {report.longreprtext}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        infos = {item: _info(item) for item in items}
        self.infos = list(infos.values())
        items[:] = [item for item in items if self._is_wanted(infos[item])]

    def _is_wanted(self, info: CheckInfo) -> bool:
        by_group = self._groups is None or info.group in self._groups
        return by_group and (self._only is None or info.id in self._only)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Any:
        with measuring() as self._measured:
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        self._seconds[item.nodeid] = self._seconds.get(item.nodeid, 0.0) + call.duration
        failed = call.excinfo is not None
        done = any(result.id == _info(item).id for result in self.results)
        if (failed and not done) or (call.when == "call" and not failed):
            error = call.excinfo.value if call.excinfo else None
            shown = item.stash.setdefault(fixtures.SHOWN, [])
            measured, self._measured = self._measured, []
            seconds = self._seconds[item.nodeid]
            result = _result(_info(item), error, seconds, "\n\n".join(shown), measured)
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
    raise error


def _met(error: BaseException | None) -> Met:
    """What student code ran into, as far as what a check raised can tell."""
    if isinstance(error, LimitReached):
        return "limit"
    refused = isinstance(error, StudentError | Crashed) and error.forbidden
    return "forbidden" if refused else ""
