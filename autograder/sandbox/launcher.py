"""Starts the sandbox: a zygote in bubblewrap where that works, in something weaker elsewhere."""

import contextlib
import os
import select
import socket
import subprocess
import tempfile
import time

from . import walls
from .inside.limits import Limits
from .walls import Isolation, SandboxError

START_SECONDS = 60.0
NEWS_SECONDS = 5.0
"""For a zygote to tell of a death it has seen, or to end after its own; far more than it takes."""


class Sandbox:
    """One zygote, able to run one submission at a time. A context manager.

    `isolation` is what is in force. If the zygote is lost, the next submission gets a new one.
    """

    def __init__(self, limits: Limits | None = None, isolation: Isolation | None = None) -> None:
        self.limits = limits or Limits()
        self.isolation: Isolation = isolation or walls.best_isolation()
        self.start_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: str | None = None
        self._ready = False

    def __enter__(self) -> "Sandbox":
        self.wait()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def start_submission(self) -> tuple[socket.socket, int]:
        """Fork a submission: our end of its socket, and of the pipe it prints into."""
        self.wait()
        ours, theirs = socket.socketpair()
        output, printed = os.pipe2(os.O_CLOEXEC)
        try:
            socket.send_fds(self.control, [b"S"], [theirs.fileno(), printed])
        finally:
            theirs.close()
            os.close(printed)
        ours.setblocking(False)
        return ours, output

    def end_submission(self) -> None:
        """Kill every process of the submission and empty its scratch folder."""
        if self._process is None:
            return
        try:
            self.control.send(b"K")
            deadline = time.monotonic() + 15
            while (answer := self._receive(deadline - time.monotonic())).startswith(b"D"):
                continue
        except OSError:
            answer = b""
        if answer != b"K":
            self.close()

    def exit_code(self) -> int | None:
        """The exit code of a submission that has just ended; None if it is not known."""
        try:
            answer = self._receive(NEWS_SECONDS)
        except OSError:
            answer = b""
        return int(answer[1:]) if answer.startswith(b"D") else None

    def has_ended(self) -> bool:
        """Whether the zygote has; what wraps it ends a little later, and is waited for."""
        if self._process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(NEWS_SECONDS if self._has_hung_up() else 0)
        return self._process.poll() is not None

    def _has_hung_up(self) -> bool:
        """Whether the zygote has closed its end, or died and so closed it."""
        try:
            readable = select.select([self.control], [], [], 0)[0]
            return bool(readable) and not self.control.recv(64, socket.MSG_PEEK)
        except OSError:
            return True

    @property
    def pid(self) -> int | None:
        """Pid of the process we started (bubblewrap's own in a namespace)."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the zygote and everything below it."""
        if self._process is None:
            return
        process, self._process = self._process, None
        self.control.close()  # which tells a zygote to end all and leave
        try:
            process.wait(2 if self._ready else 0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._errors.close()
        if self._scratch is not None:
            # Not by shutil.rmtree, which folders nested deeply enough bring to its knees.
            subprocess.run(["rm", "-rf", "--", self._scratch], capture_output=True, check=False)
            self._scratch = None

    def _receive(self, seconds: float) -> bytes:
        """One message from the zygote; b"" when it is gone or says nothing in time."""
        if not select.select([self.control], [], [], max(seconds, 0))[0]:
            return b""
        return self.control.recv(64)

    def _begin(self) -> None:
        self.close()
        self._began = time.monotonic()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        scratch = "/scratch"
        if self.isolation != "namespace":
            self._scratch = scratch = tempfile.mkdtemp(prefix="submission-")
            if self.isolation == "user":
                os.chown(scratch, walls.uid(), walls.uid())
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (until the zygote is ready)
        self._process = subprocess.Popen(
            walls.command(self.isolation, theirs.fileno(), scratch, self.limits),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            pass_fds=[theirs.fileno()],
            env=walls.environment(scratch),
            cwd="/",
            start_new_session=True,
        )
        theirs.close()
        self._ready = False

    def wait(self) -> None:
        """Until a zygote is ready, started here if need be. Raises SandboxError if none will be."""
        if self._process is None or self._process.poll() is not None:
            self._begin()
        if self._ready:
            return
        if self._receive(START_SECONDS) != b"R":
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace").strip().splitlines()
            self.close()
            reason = said[-1] if said else "it gave no reason"
            raise SandboxError(f"The sandbox ({self.isolation}) did not start: {reason}.")
        self._errors.close()
        self._ready = True
        self.start_seconds = time.monotonic() - self._began
