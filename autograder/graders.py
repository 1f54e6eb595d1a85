"""Several graders at work side by side; each result comes as soon as it is there."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

import msgspec

from .grading import Grader
from .remembered import Remembered
from .report import Report
from .sandbox.inside.limits import Limits
from .sandbox.walls import Isolation, SandboxError
from .submission import Submission

_PR_SET_PDEATHSIG = 1

Item = TypeVar("Item")
Result = TypeVar("Result")


class Task(msgspec.Struct, frozen=True):
    """A submission to grade, what to add to all seeds, and the checks to run (None: all)."""

    submission: Submission
    seed: int = 0
    only: tuple[str, ...] | None = None


def grade(grader: Grader, task: Task) -> Report:
    """What a worker does with a task."""
    return grader.grade(task.submission, seed=task.seed, only=task.only)


class Graders:
    """`jobs` workers, each with a grader of its own; one job is done in this process.

    A context manager; leaving it on an exception, as an interrupt does, ends the workers and their
    sandboxes at once.
    """

    def __init__(
        self,
        jobs: int,
        limits: Limits | None = None,
        isolation: Isolation | None = None,
        memory: Remembered | None = None,
    ) -> None:
        self._jobs, self._how = jobs, (limits, isolation, memory)
        self._grader: Grader | None = None
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Graders":
        if self._jobs == 1:
            self._grader = Grader(*self._how).__enter__()
            return self
        # Forked, so that torch is loaded once; nothing has started a thread before this.
        self._pool = ProcessPoolExecutor(
            self._jobs,
            multiprocessing.get_context("fork"),
            _start_worker,
            (os.getpid(), *self._how),
        )
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if self._grader is not None:
            self._grader.__exit__(kind, *rest)
        if self._pool is not None:
            if kind is not None:
                for process in list((self._pool._processes or {}).values()):
                    process.terminate()
            self._pool.shutdown(cancel_futures=True)

    def run(
        self, work: Callable[[Grader, Item], Result], items: Sequence[Item]
    ) -> Generator[tuple[Item, Result], None, None]:
        """Each item with the result of `work`, a module's function, in the order they are done.

        Raises:
            SandboxError: a worker was ended from outside.
        """
        if self._grader is not None:
            for item in items:
                yield item, work(self._grader, item)
            return
        assert self._pool is not None
        waiting: dict[Future[Result], Item] = {
            self._pool.submit(_do, work, item): item for item in items
        }
        for future in as_completed(waiting):
            try:
                result = future.result()
            except BrokenProcessPool:
                raise SandboxError(
                    "A worker was ended from outside, perhaps because memory ran out: repeat the "
                    "command with fewer --jobs."
                ) from None
            yield waiting[future], result


_mine: Grader | None = None  # one for each worker process of the pool, made by `_start_worker`


def _start_worker(
    parent: int, limits: Limits | None, isolation: Isolation | None, memory: Remembered | None
) -> None:
    global _mine
    _end_with(parent)
    # An interrupt at the keyboard reaches every process; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    _mine = Grader(limits, isolation, memory)
    _mine.__enter__()


def _end_with(parent: int) -> None:
    """See to it that this worker, and with it its sandbox, ends when `parent` is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was quicker
        os._exit(1)


def _leave(*_: object) -> None:
    with contextlib.suppress(Exception):
        if _mine is not None:
            _mine.sandbox.close()
    os._exit(1)


def _do(work: Callable[[Grader, Any], Result], item: Any) -> Result:
    assert _mine is not None
    return work(_mine, item)
