"""The process that every submission is forked from: torch imported, one step trained.

It runs as pid 1 of its own namespace where there is one, executes no student code, and does three
things for the trusted process outside: fork a submission, end everything of it, and say when it
has died. Started as `python -I -c "..." ARGUMENTS`, see `launcher`.
"""

import contextlib
import ctypes
import gc
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import msgspec

from . import landlock, seccomp
from .limits import Limits

PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
MADV_COLLAPSE = 25
HUGE_PAGE = 2**21


class Setup(msgspec.Struct, frozen=True):
    """What the launcher tells a zygote at its start."""

    limits: Limits
    scratch: str
    """Folder that is emptied between submissions, and is their working directory."""
    alone: bool
    """Whether every other process it can see is a submission's, so that killing all is right."""
    readable: list[str]
    """What stays readable under Landlock, which is used if anything is named here."""
    system_calls: bytes
    """The filter of system calls; empty for none."""


def main(control_fd: int, setup_json: str) -> None:
    """Serve the launcher on the socket `control_fd` until it closes."""
    setup = msgspec.json.decode(setup_json, type=Setup)
    control = socket.socket(fileno=control_fd)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # only what it handles reaches a process 1
    os.chdir(setup.scratch)
    _warm_up()
    _empty(Path(setup.scratch), time.monotonic() + 60)  # importing has left caches there
    if setup.readable:
        landlock.confine(setup.readable, [setup.scratch, os.devnull])
    seccomp.confine(setup.system_calls)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    deaths = _deaths()
    control.send(b"R")
    watched: dict[int, int] = {}  # pidfd -> pid of the submission
    while True:
        sources: list[socket.socket | int] = [control, deaths, *watched]
        for readable in select.select(sources, [], [])[0]:
            if readable is deaths:
                deaths.recv(4096)
                continue
            if isinstance(readable, int):
                if readable not in watched:  # ended by an order read a moment ago
                    continue
                code = _reap(watched.pop(readable), readable)
                control.send(f"D{code}".encode())
                continue
            order, fds, _, _ = socket.recv_fds(control, 1, 2)
            if order == b"S":
                pid = _start(fds, control, setup, libc)
                watched[os.pidfd_open(pid)] = pid
            elif order == b"K":
                for pidfd in watched:
                    os.close(pidfd)
                watched.clear()
                clean = _end_all(setup)
                control.send(b"K" if clean else b"X")
            else:
                _end_all(setup)
                return
        _reap_orphans(set(watched.values()))


def _deaths() -> socket.socket:
    """What can be read from whenever a child has died.

    Orphans of a submission become our children: until collected, each counts against its limit.
    """
    deaths, told = socket.socketpair()
    told.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(told.detach(), warn_on_full_buffer=False)
    return deaths


def _warm_up() -> None:
    """Import what submissions import, and train a step: the first one costs a second."""
    import importlib

    import torch

    torch.set_num_threads(1)
    # No pool of threads survives a fork: a check that finds one there would wait for ever.
    for name in ("set_num_threads", "set_num_interop_threads"):
        setattr(torch, name, lambda number: None)
    for name in ("IPython.core.inputtransformer2", "jaxtyping", "tqdm", "matplotlib.pyplot"):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    from torch import nn

    from . import host, probes  # noqa: F401

    tokens = torch.zeros(2, 3, dtype=torch.int64)
    for make in (nn.RNN, nn.GRU, nn.LSTM):
        embed, cell, fc = nn.Embedding(4, 3), make(3, 5, batch_first=True), nn.Linear(5, 4)
        parameters = [*embed.parameters(), *cell.parameters(), *fc.parameters()]
        for optimizer in (torch.optim.Adam(parameters), torch.optim.SGD(parameters, lr=0.1)):
            logits = fc(cell(embed(tokens))[0])
            nn.functional.cross_entropy(logits.reshape(-1, 4), tokens.reshape(-1)).backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            torch.multinomial(logits[0].softmax(-1), 1)
    gc.collect()
    gc.freeze()
    _collapse_pages()


def _collapse_pages() -> None:
    """Put this process's memory on huge pages, where the kernel can (Linux 6.1 and later).

    A fork copies one entry for each page, which for a process with torch loaded takes several
    times longer on small pages than on huge ones.
    """
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    maps = Path("/proc/self/maps")
    for line in maps.read_text().splitlines() if maps.exists() else []:
        fields = line.split()
        if fields[1] != "rw-p" or fields[5:] not in ([], ["[heap]"]):
            continue
        start, end = (int(address, 16) for address in fields[0].split("-"))
        for address in range(-(-start // HUGE_PAGE) * HUGE_PAGE, end - HUGE_PAGE + 1, HUGE_PAGE):
            libc.madvise(address, HUGE_PAGE, MADV_COLLAPSE)


def _start(fds: list[int], control: socket.socket, setup: Setup, libc: ctypes.CDLL) -> int:
    """Fork a submission that talks over `fds[0]` and prints into `fds[1]`; its pid."""
    pid = os.fork()
    if pid:
        for fd in fds:
            os.close(fd)
        return pid
    try:
        control.close()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        os.setsid()
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(fds[1], 1)
        os.dup2(fds[1], 2)
        sock = socket.socket(fileno=fds[0])
        os.closerange(3, sock.fileno())
        os.closerange(sock.fileno() + 1, 256)
        sys.stdout = os.fdopen(1, "w", buffering=1, errors="replace")
        sys.stderr = os.fdopen(2, "w", buffering=1, errors="replace")
        from . import host

        host.serve(sock, setup.limits)
    finally:
        os._exit(0)


def _end_all(setup: Setup) -> bool:
    """Kill every process of the submission and empty the scratch folder; whether that worked.

    All of them are our children in the end: orphans come to us, their subreaper.
    """
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        _kill(setup)
        if not _reap_orphans(set()):
            break
        time.sleep(0.001)
    return _empty(Path(setup.scratch), deadline) and time.monotonic() < deadline


def _kill(setup: Setup) -> None:
    """Send SIGKILL to whatever is left of the submission."""
    if setup.alone:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)
        return
    for pid in _children():
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)


def _children() -> list[int]:
    """Pids of our children; orphans of a submission are among them, we being their subreaper."""
    try:
        listed = Path("/proc/self/task/").glob("*/children")
        return [int(pid) for path in listed for pid in path.read_text().split()]
    except (OSError, ValueError):
        return []


def _reap(pid: int, pidfd: int) -> int:
    os.close(pidfd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _reap_orphans(keep: set[int]) -> bool:
    """Collect ended children, but not `keep`, awaited by pidfd; whether any child is left."""
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return False
        if ended is None or ended.si_pid in keep:
            return True
        os.waitpid(ended.si_pid, 0)


def _empty(folder: Path, deadline: float) -> bool:
    """Remove everything in `folder`; False if that takes until `deadline` or is refused."""
    for entry in os.scandir(folder):
        if time.monotonic() > deadline:
            return False
        if entry.is_dir(follow_symlinks=False):
            try:
                shutil.rmtree(entry.path, ignore_errors=True)
            except RecursionError:
                subprocess.run(["rm", "-rf", "--", entry.path], capture_output=True, check=False)
        else:
            os.unlink(entry.path)
    return not any(os.scandir(folder))
