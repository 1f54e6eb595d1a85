"""What stands around a zygote: bubblewrap's namespaces, or another user, or limits alone.

Behind each of these stand Landlock, which without namespaces is what keeps a submission from
files, and a filter of system calls, as far as the kernel has them.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from . import seccomp
from .inside import landlock
from .inside.limits import Limits

Isolation = Literal["namespace", "user", "process"]
"""Strongest first: namespaces of its own; another user of the same system; a mere process."""

INSIDE = Path(__file__).parent / "inside"
PACKAGE = Path(__file__).parents[1]
FIRST_UID, UIDS = 60_000, 4_000
"""User ids for submissions when we are root: 60000 to 64999 are not assigned on a Debian system
except by explicit request (Debian Policy, 9.2.2)."""


class SandboxError(Exception):
    """A sandbox could not be started; one sentence says why and what to do."""


_START = (
    "import sys; sys.path[:0] = {paths!r}; "
    "from inside.zygote import main; main(int(sys.argv[1]), sys.argv[2])"
)


def command(isolation: Isolation, control_fd: int, scratch: str, limits: Limits) -> list[str]:
    """The command that starts a zygote talking over `control_fd`, inside its wall."""
    setup = {
        "limits": msgspec.to_builtins(limits),
        "scratch": scratch,
        "alone": isolation != "process",
        "readable": _readable(isolation),
        "system_calls": seccomp.program(),
    }
    kit = "/kit" if isolation == "namespace" else str(INSIDE.parent)
    program = [_python(), "-I", "-S", "-c", _START.format(paths=[kit, *_site_folders()])]
    arguments = [str(control_fd), msgspec.json.encode(setup).decode()]
    return [*_wall(isolation, limits), *program, *arguments]


def environment(scratch: str) -> dict[str, str]:
    """All that a submission finds in its environment."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "USER": "student",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": f"{scratch}/matplotlib",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@functools.cache
def best_isolation() -> Isolation:
    """The strongest isolation this machine allows, found by trying.

    Raises SandboxError for root where neither namespaces nor another user nor Landlock work: as
    a mere process a submission would be root too.
    """
    if shutil.which("bwrap"):
        trial = [*_wall("namespace", Limits()), _python(), "-V"]
        if any(_works(trial) for _ in range(3)):  # a moment's shortage must not weaken the wall
            return "namespace"
    if can_be_another_user():
        return "user"
    if os.geteuid() == 0 and not landlock.version():
        raise SandboxError(
            "Submissions would run as root here: install bubblewrap (apt-get install bubblewrap), "
            "or grade as an ordinary user."
        )
    return "process"


@functools.cache
def can_be_another_user() -> bool:
    """Whether we are root, and a user without rights can run this same Python and read `inside`.

    Where they lie in folders of root's, that user may search those and read below: with Landlock,
    that opens nothing else.
    """
    return os.geteuid() == 0 and bool(shutil.which("setpriv")) and _as_reader() is not None


def why_weaker() -> str:
    """One sentence on why there is no namespace here, what that means, and what to do."""
    meaning = "a hostile submission could read this machine's files"
    if landlock.version():
        meaning = "only Landlock keeps a hostile submission from files"
    if shutil.which("bwrap") is None:
        return f"bubblewrap is missing, so {meaning}: install it (apt-get install bubblewrap)."
    return f"bubblewrap cannot make namespaces on this machine, so {meaning}."


def uid() -> int:
    """The user id that submissions of this process run under when we are root."""
    return FIRST_UID + os.getpid() % UIDS


def _works(trial: list[str]) -> bool:
    try:  # however busy the machine, that must not make the wall a weaker one
        return subprocess.run(trial, capture_output=True, timeout=120, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _wall(isolation: Isolation, limits: Limits) -> list[str]:
    if isolation == "process":
        return []
    if isolation == "user":
        return _as_reader() or _as_user()
    as_root = os.geteuid() == 0 and _works([*_as_user(), "true"])
    kit = "/kit/inside" if as_root else str(INSIDE)
    inner = [
        "bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--as-pid-1",
        "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox",
        *_view(kit), "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
        "--size", str(limits.scratch_bytes), "--tmpfs", "/scratch", "--remount-ro", "/", "--",
    ]  # fmt: skip
    if not as_root:
        return inner
    # Root first becomes nobody in particular: the kernel does not count root's processes, and
    # what breaks out of a namespace should not be root. The outer view is there because that
    # user may not search root's own folders, in which Python or the clone may lie. The inner
    # bubblewrap begins its work in /tmp.
    outer = [
        "bwrap", *_view(str(INSIDE)), "--dir", "/tmp", "--dev", "/dev", "--bind", "/proc", "/proc",
        "--die-with-parent", "--cap-drop", "ALL", "--cap-add", "CAP_SETUID",
        "--cap-add", "CAP_SETGID", "--",
    ]  # fmt: skip
    return [*outer, *_as_user(), *inner]


def _as_user() -> list[str]:
    return ["setpriv", f"--reuid={uid()}", f"--regid={uid()}", "--clear-groups", "--no-new-privs"]


@functools.cache
def _as_reader() -> list[str] | None:
    """What makes us another user that can read Python, its packages and `inside`; None if nothing.

    Preferably one without any right; else, under Landlock, one that may read and search.
    """
    needed = [str(INSIDE / "zygote.py"), *_site_folders()]
    trial = (
        f"import os, sys; [os.stat(p) for p in {needed!r}]; assert sys.version == {sys.version!r}"
    )
    program = [_python(), "-I", "-S", "-c", trial]
    right = "+dac_read_search"
    reading = [*_as_user(), f"--inh-caps={right}", f"--ambient-caps={right}"]
    for command in [_as_user(), *([reading] if landlock.version() else [])]:
        if _works([*command, *program]):
            return command
    return None


def _readable(isolation: Isolation) -> list[str]:
    """What Landlock leaves to be read: bubblewrap's view, or what that would show."""
    if isolation == "namespace":
        return ["/"]
    system = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/proc"]
    devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]
    return [*system, *devices, sys.base_prefix, *_site_folders(), str(INSIDE)]


def _view(kit: str) -> list[str]:
    """Bubblewrap's arguments for what can be seen: Python, its packages, and `inside` at `kit`."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    if os.path.isdir("/usr/share/fonts"):
        arguments += ["--tmpfs", "/usr/share/fonts"]  # matplotlib would read them all at its start
    for name in ("/bin", "/sbin", "/lib", "/lib64"):
        if os.path.islink(name):
            arguments += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            arguments += ["--ro-bind", name, name]
    seen = [Path("/usr")]
    for folder in (Path(sys.base_prefix), _hidden(), *map(Path, _site_folders())):
        covered = any(folder.is_relative_to(above) for above in seen)
        if folder == _hidden():
            arguments += ["--tmpfs", str(folder)] if covered else []
        elif not covered or folder.is_relative_to(_hidden()):
            arguments += [*_parents(folder, seen), "--ro-bind", str(folder), str(folder)]
            seen.append(folder)
    if _hidden() == PACKAGE:
        arguments += ["--tmpfs", str(PACKAGE)]
    return [*arguments, "--perms", "0755", "--dir", "/kit", "--ro-bind", kit, "/kit/inside"]


def _hidden() -> Path:
    """The folder with hidden checks and solutions: the clone, or the package where installed."""
    installed = str(PACKAGE.parent) in _site_folders()
    return PACKAGE if installed else PACKAGE.parent


def _parents(folder: Path, seen: list[Path]) -> Iterator[str]:
    """Arguments that make the folders above `folder`, open to the user inside."""
    for parent in reversed(folder.parents):
        if parent != Path("/") and not any(parent.is_relative_to(above) for above in seen):
            yield from ("--perms", "0755", "--dir", str(parent))


def _python() -> str:
    """The interpreter itself, not the virtual environment's link to it."""
    return os.path.realpath(sys.executable)


def _site_folders() -> list[str]:
    """Where the packages that student code may import are installed."""
    wanted = ("site-packages", "dist-packages")
    return [path for path in sys.path if Path(path).name in wanted and os.path.isdir(path)]
