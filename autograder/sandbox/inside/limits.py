"""Every limit a submission runs under, in one place."""

import contextlib
import ctypes
import os
import resource
import signal
import struct
import time
from collections.abc import Iterator

import msgspec

MIB = 2**20
_LIBC = ctypes.CDLL(None)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one submission may use; a check that needs more fails and names the limit.

    Times in seconds, sizes in bytes. `cpu_seconds` and `memory_bytes` hold for each process of
    a submission, `processes` (threads included) for all of its processes together. The time
    limits are far above what the exercises need (a training there takes 0.1 to 1 s), so that a
    slow or busy machine does not change a grade.
    """

    load_seconds: float = 20.0
    """Wall time to run the submission's cells once, before the first check."""
    check_seconds: float = 20.0
    """Wall time of one check."""
    submission_seconds: float = 120.0
    """Wall time of all checks of one submission together."""
    cpu_seconds: int = 10
    """CPU time of the loading, and of each check; whole seconds. Other processes that a
    submission starts may use half as much again."""
    memory_bytes: int = 1024 * MIB
    """Data a process may allocate beyond what torch itself takes."""
    processes: int = 32
    """Processes and threads alive at once, the one that a check runs in included."""
    file_bytes: int = 16 * MIB
    """Size of a file a submission writes."""
    scratch_bytes: int = 64 * MIB
    """Size of the scratch folder, the only place a submission can write to."""
    output_bytes: int = MIB
    """What a submission may print while it loads, and again in each check."""
    message_bytes: int = 16 * MIB
    """Size of one value a submission hands to a check."""
    message_items: int = 2**17
    """Numbers, strings, lists and so on in one value, those in its lists included; a tensor counts
    as 5 and its dimensions."""
    submission_bytes: int = 20 * MIB
    """Size of the submitted file itself."""
    cells: int = 2000
    """Code cells in a submission."""


def apply(limits: Limits) -> None:
    """Bind this process and its future children to the limits the kernel enforces.

    Memory is bounded through RLIMIT_DATA: RLIMIT_AS would count the address space that torch
    reserves and never uses. Raises ValueError or OSError where the system refuses.
    """
    spare = 1  # the fork that waits for the next check
    cpu = limits.cpu_seconds
    if hasattr(_LIBC, "timer_create"):  # it is `cpu_time` that ends them, and nothing may be sooner
        cpu += cpu // 2 + 1
    for which, value in (
        (resource.RLIMIT_CPU, (cpu, cpu + 1)),
        (resource.RLIMIT_DATA, _data_bytes() + limits.memory_bytes),
        (resource.RLIMIT_NPROC, _tasks() + spare + limits.processes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        soft, hard = value if isinstance(value, tuple) else (value, value)
        ceiling = resource.getrlimit(which)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(which, (soft, hard))


@contextlib.contextmanager
def cpu_time(limits: Limits) -> Iterator[None]:
    """The with block may use `cpu_seconds`; then SIGXCPU ends this process.

    RLIMIT_CPU counts in ticks of the kernel's clock, which on a busy machine may come a fifth too
    early or too late. It stands behind this, for processes that evade it.
    """
    timer = ctypes.c_void_p()
    event = ctypes.create_string_buffer(struct.pack("Pii", 0, signal.SIGXCPU, 0), 64)
    exact = hasattr(_LIBC, "timer_create") and not _LIBC.timer_create(
        time.CLOCK_PROCESS_CPUTIME_ID, event, ctypes.byref(timer)
    )
    if exact:
        _LIBC.timer_settime(timer, 0, struct.pack("llll", 0, 0, limits.cpu_seconds, 0), None)
    try:
        yield
    finally:
        if exact:
            _LIBC.timer_delete(timer)


def size(count: int) -> str:
    """A size in bytes as limits are told: "16 MiB", "1.5 MiB", "300 KiB", "1000 bytes"."""
    for unit, name in ((MIB, "MiB"), (1024, "KiB")):
        if count >= unit and count % (unit // 4) == 0:
            return f"{count / unit:g} {name}"
    return f"{count} bytes"


def _data_bytes() -> int:
    """Bytes this process has already counted against RLIMIT_DATA; 0 where /proc is missing."""
    return 1024 * int(_status("self").get("VmData", "0"))


def _tasks() -> int:
    """Processes and threads that the kernel already counts as this user's, as far as we see them.

    Without a namespace, those that have nothing to do with us are among them.
    """
    if not os.path.isdir("/proc/self"):
        return 0
    statuses = [_status(name) for name in os.listdir("/proc") if name.isdecimal()]
    mine = str(os.getuid())
    return sum(int(status["Threads"]) for status in statuses if status.get("Uid") == mine)


def _status(process: str) -> dict[str, str]:
    """The first word of each entry of /proc/.../status; empty where there is none."""
    try:
        with open(f"/proc/{process}/status", errors="replace") as status:
            entries = (line.split(maxsplit=2) for line in status)
            return {entry[0].rstrip(":"): entry[1] for entry in entries if len(entry) > 1}
    except OSError:
        return {}
