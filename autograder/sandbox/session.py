"""One submission inside a sandbox, from outside: loaded once, forked for each check, ended."""

import contextlib
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from .inside import wire
from .inside.limits import Limits, size
from .inside.loading import TEXT_LIMIT
from .proxy import Channel, Crashed, LimitReached, was_refused

if TYPE_CHECKING:
    from .launcher import Sandbox

_HEADER = struct.Struct("!I")
Told = TypeVar("Told", wire.Raised, wire.Problem)


class Session:
    """A submission in a sandbox. A context manager; leaving it ends all its processes.

    Random numbers inside start from `seed`. `problems` lists the cells that raised while loading,
    `forbidden` and `limited` whether one was refused something or came to a limit; `lost` whether
    the sandbox itself has ended meanwhile, which no submission in a namespace can bring about.
    """

    def __init__(self, sandbox: "Sandbox", name: str, cells: Sequence[str], seed: int = 0) -> None:
        self._sandbox, self._name, self._cells, self._seed = sandbox, name, list(cells), seed
        self._limits = sandbox.limits
        self._ends = time.monotonic() + self._limits.submission_seconds
        self._line: _Line | None = None
        self._refused: LimitReached | Crashed | None = None
        self.problems: list[wire.Problem] = []
        self.forbidden = self.limited = self.lost = False

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *exc: object) -> None:
        self._drop()

    def load(self) -> None:
        """Run the cells in a new process. Raises LimitReached or Crashed, then and ever after."""
        if self._refused is not None:
            raise self._refused
        self._drop()
        self._line = _Line(self._sandbox)
        line = self._start("loading the submission", self._limits.load_seconds)
        try:
            reply = line.exchange(wire.Load(0, self._name, self._cells, self._seed))
            if not isinstance(reply, wire.Loaded):
                raise Crashed("loading the submission gave no answer", forbidden=True)
        except (LimitReached, Crashed) as refused:
            self._refused = refused
            self._drop()
            raise
        problems = [_cut(problem) for problem in reply.problems[: len(self._cells)]]
        self.problems = [self._shown(problem) for problem in problems]
        self.forbidden = any(was_refused(problem) for problem in problems)
        self.limited = self.problems != problems

    @contextlib.contextmanager
    def check(self) -> Iterator[Channel]:
        """A fork of the loaded submission, for one check. Raises LimitReached or Crashed.

        If the submission did not survive the check before, it is loaded anew.
        """
        if self._ends <= time.monotonic():
            raise LimitReached(self._too_long(), timeout=True)
        if self._line is None:
            self.load()
        line = self._start("the check", self._limits.check_seconds)
        try:
            line.ask(wire.Begin(0))
            yield line
        finally:
            if not line.end_check():
                self._drop()

    def _start(self, what: str, seconds: float) -> "_Line":
        """Our line, for a span of `seconds`, or of what is left to the whole submission."""
        assert self._line is not None
        left = self._ends - time.monotonic()
        told = f"{what} took more than {seconds:g} s" if seconds < left else self._too_long()
        self._line.start(min(left, seconds), what, told)
        return self._line

    def _too_long(self) -> str:
        return f"the whole submission took more than {self._limits.submission_seconds:g} s"

    def _shown(self, problem: wire.Problem) -> wire.Problem:
        """What a cell raised; where a limit is behind it, that is named."""
        limit = _limit_behind(problem, self._limits)
        return msgspec.structs.replace(problem, message=limit) if limit else problem

    def _drop(self) -> None:
        if self._line is not None:
            self.lost = self.lost or self._line.lost
            self._line.close()
            self._line = None
            self._sandbox.end_submission()


class _Line:
    """The socket to one submission, and the pipe it prints into; watched against the limits."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox, self._limits = sandbox, sandbox.limits
        self._sock, self._output = sandbox.start_submission()
        self._output_open = [self._output]
        self._buffer = bytearray()
        self._seq = 0
        self._broken = False
        self.lost = False

    def start(self, seconds: float, what: str, too_long: str = "") -> None:
        """Begin a span of `seconds` in which to be done, and of output to be counted.

        `too_long` is what to say when it is over.
        """
        self._what, self._too_long = what, too_long
        self._deadline = time.monotonic() + seconds
        self._printed = 0

    def ask(self, request: wire.Begin | wire.Get | wire.Call) -> wire.Returned | wire.Raised:
        """The reply to `request`. Raises LimitReached or Crashed; the line is broken then."""
        reply = self.exchange(request)
        if isinstance(reply, wire.Raised):
            raised = _cut(reply)
            limit = _limit_behind(raised, self._limits)
            if limit:
                at = f" ({raised.where})" if raised.where else ""
                raise LimitReached(f"{limit}{at}", timeout=False)
            return raised
        if not isinstance(reply, wire.Returned):
            raise self._break(Crashed("the submission answered out of turn", forbidden=True))
        return reply

    def exchange(self, request: wire.Request) -> wire.Reply:
        """Send a request and wait for the reply that carries its number."""
        self._seq += 1
        request.seq = self._seq
        try:
            self._write(wire.encode(request))
            items = self._limits.message_items
            reply: wire.Reply = wire.decode(self._read_frame(), wire.Reply, items)
            self._drain_rest()
        except wire.TooManyItems as error:
            raise self._break(LimitReached(f"the submission sent {error}", False)) from None
        except wire.WireError as error:
            raise self._break(Crashed(f"the submission sent {error}", True)) from None
        except OSError:
            raise self._break(Crashed("the submission ended its own process")) from None
        if isinstance(reply, wire.Ended):
            raise self._break(_ending(reply.code, self._what, self._limits))
        if reply.seq != self._seq:
            raise self._break(Crashed("the submission answered out of turn", forbidden=True))
        return reply

    def end_check(self) -> bool:
        """End the fork of the current check; whether the loaded submission is still there."""
        if not self._broken:
            self.start(2.0, "ending the check")
            with contextlib.suppress(LimitReached, Crashed):
                self.exchange(wire.End(0))
        return not self._broken

    def close(self) -> None:
        """Close our ends."""
        self._sock.close()
        os.close(self._output)

    def _break(self, error: Exception) -> Exception:
        self._broken = True
        return error

    def _write(self, data: bytes) -> None:
        pending = memoryview(_HEADER.pack(len(data)) + data)
        while pending:
            self._wait(self._sock, writing=True)
            with contextlib.suppress(BlockingIOError):
                pending = pending[self._sock.send(pending) :]

    def _read_frame(self) -> bytes:
        while len(self._buffer) < _HEADER.size:
            self._fill()
        end = _HEADER.size + _HEADER.unpack_from(self._buffer)[0]
        if end - _HEADER.size > self._limits.message_bytes:
            limit = size(self._limits.message_bytes)
            raise self._break(LimitReached(f"a value is larger than {limit}", timeout=False))
        while len(self._buffer) < end:
            self._fill()
        with memoryview(self._buffer) as view:
            frame = bytes(view[_HEADER.size : end])
        del self._buffer[:end]
        return frame

    def _fill(self) -> None:
        self._wait(self._sock)
        with contextlib.suppress(BlockingIOError):
            chunk = self._sock.recv(2**18)
            if not chunk:
                raise self._break(self._cause_of_death())
            self._buffer += chunk

    def _wait(self, sock: socket.socket, writing: bool = False) -> None:
        """Until `sock` is ready; meanwhile count output, and notice death and the deadline."""
        control = self._sandbox.control
        while True:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise self._break(LimitReached(self._too_long, timeout=True))
            reads: list[socket.socket | int] = [control, *self._output_open]
            reads += [] if writing else [sock]
            ready, writable, _ = select.select(reads, [sock] if writing else [], [], left)
            if self._output in ready:
                self._drain()
            if sock in ready or writable:
                return
            if control in ready:
                raise self._break(self._cause_of_death())

    def _drain_rest(self) -> None:
        """Count what was printed before a reply, so that the check it belongs to answers for it."""
        while self._output_open and select.select(self._output_open, [], [], 0)[0]:
            self._drain()

    def _drain(self) -> None:
        """Count what was printed, and forget it."""
        chunk = os.read(self._output, 2**16)
        if not chunk:
            self._output_open = []
        self._printed += len(chunk)
        if self._printed > self._limits.output_bytes:
            limit = size(self._limits.output_bytes)
            raise self._break(LimitReached(f"{self._what} printed more than {limit}", False))

    def _cause_of_death(self) -> Exception:
        code = self._sandbox.exit_code()
        self.lost = code is None and self._sandbox.has_ended()
        return _ending(code, self._what, self._limits)


def _ending(code: int | None, what: str, limits: Limits) -> Exception:
    """What to report when a process ended by itself, given its waitpid exit code."""
    if code == -signal.SIGXCPU:
        limit = f"{limits.cpu_seconds} s"
        return LimitReached(f"{what} used more than {limit} of CPU time", timeout=True)
    if code is None:
        return Crashed("the submission's process ended, and nothing is known of how")
    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return Crashed(f"the submission's process was ended by {name}")
    return Crashed(f"the submission ended its own process (exit code {code}, as os._exit does)")


def _limit_behind(raised: wire.Raised | wire.Problem, limits: Limits) -> str:
    """The kernel's limit that an exception in student code comes from, told; "" for none."""
    type_, text = raised.type, raised.message
    memory = type_.endswith("MemoryError")  # NumPy has one of its own
    if memory or "can't allocate memory" in text or "bad_alloc" in text:
        limit = f"memory limit of {size(limits.memory_bytes)}"
    elif type_ == "BlockingIOError" or "can't start new thread" in text:
        limit = f"limit of {limits.processes} processes and threads"
    elif "File too large" in text:
        limit = f"limit of {size(limits.file_bytes)} for a file"
    elif "No space left on device" in text:
        limit = f"limit of {size(limits.scratch_bytes)} for files"
    else:
        return ""
    return f"the submission reached the {limit}"


def _cut(raised: Told) -> Told:
    """With its texts cut to size here too: it may not come from our half."""
    names = ("type", "message", "where")
    texts = {name: getattr(raised, name)[:TEXT_LIMIT] for name in names}
    return msgspec.structs.replace(raised, **texts)
