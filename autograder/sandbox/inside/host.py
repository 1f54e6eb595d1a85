"""One submission: loaded once, then forked for each check. Runs inside the sandbox.

A fork is made ahead of time, so that it is ready when the next check begins, and the end of one is
not waited for: both take milliseconds for a process as large as torch makes it.
"""

import contextlib
import os
import select
import socket
import struct
import sys
import types

from . import known_state, wire
from .limits import Limits, apply, cpu_time
from .loading import KitInStudentCode, run_cells
from .objects import ObjectTable

_SEQ = struct.Struct("!Q")
_exit = os._exit  # ours, in case a submission replaces it for its own purposes


def serve(sock: socket.socket, limits: Limits) -> None:
    """Load the submission that `sock` brings, then give each check a fork of it, until EOF."""
    request = wire.receive(sock, wire.Request, 2**31)
    if not isinstance(request, wire.Load):
        return
    apply(limits)
    sys.modules["autograder"] = KitInStudentCode("autograder")
    known_state.reset(request.seed)
    with cpu_time(limits):
        module, problems = run_cells(request.name, request.cells)
    known_state.reset(
        request.seed
    )  # every check is forked from here, so this is the state it starts from
    _flush()
    wire.send(sock, wire.Loaded(request.seq, problems))
    spare = _fork(sock, module, limits)
    while True:
        try:
            begin = wire.receive(sock, wire.Request, limits.message_bytes)
        except (EOFError, OSError):
            return
        current = spare
        if isinstance(current, OSError) or not current.begin(begin.seq):
            current = _fork(sock, module, limits, begin.seq)
        if isinstance(current, OSError):
            kind, text = type(current).__name__, str(current)
            wire.send(sock, wire.Raised(begin.seq, "error", kind, text, ""))
            return
        # Give the check a moment to get going: forking at once would hold it up.
        select.select([current.done], [], [], 0.001)
        spare = _fork(sock, module, limits)
        code = current.wait()
        if code is not None:
            wire.send(sock, wire.Ended(code))


class _Fork:
    """A fork of this process that waits for its check, serves it and leaves."""

    def __init__(
        self,
        sock: socket.socket,
        module: types.ModuleType,
        limits: Limits,
        seq: int | None = None,
    ) -> None:
        go, self._go = os.pipe()
        self.done, done = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._go)
            os.close(self.done)
            order = os.read(go, _SEQ.size) if seq is None else _SEQ.pack(seq)
            if len(order) == _SEQ.size:
                with cpu_time(limits):
                    _check(sock, module, _SEQ.unpack(order)[0], limits)
                os.write(done, b"x")
            _exit(0)
        os.close(go)
        os.close(done)
        self._pidfd = os.pidfd_open(self._pid)

    def begin(self, seq: int) -> bool:
        """Let it begin; False if it is gone, as something in the submission may have killed it."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._go, _SEQ.pack(seq))
            if not select.select([self._pidfd], [], [], 0)[0]:
                return True
        self._close()
        return False

    def wait(self) -> int | None:
        """Until its check is over: None, or its exit code if it ended without saying so."""
        select.select([self.done, self._pidfd], [], [])
        said = os.read(self.done, 1) if select.select([self.done], [], [], 0)[0] else b""
        code = None if said else os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        self._close()
        return code

    def _close(self) -> None:
        for fd in (self._go, self.done, self._pidfd):
            os.close(fd)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # those that have left since
                continue


def _fork(
    sock: socket.socket, module: types.ModuleType, limits: Limits, seq: int | None = None
) -> _Fork | OSError:
    """A fork, or why there is none: what the submission has left running may leave no room."""
    try:
        return _Fork(sock, module, limits, seq)
    except OSError as error:
        return error


def _check(sock: socket.socket, module: types.ModuleType, seq: int, limits: Limits) -> None:
    """Answer the requests of one check, in the process forked for it."""
    table = ObjectTable(module, limits.message_bytes)
    wire.send(sock, wire.Returned(seq, None))
    while True:
        try:
            request = wire.receive(sock, wire.Request, 2**31)
        except (EOFError, OSError):
            return
        if not isinstance(request, wire.Get | wire.Call):
            wire.send(sock, wire.Returned(request.seq, None))
            return
        reply = table.answer(request)
        _flush()
        wire.send(sock, reply)


def _flush() -> None:
    """Let what was printed be counted before the reply is there, and in no fork once more."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # it may be closed, or an object of the student's
            stream.flush()
