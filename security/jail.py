"""A place in which other graders can be attacked without harm to this machine.

Bubblewrap's namespaces with a small home in memory: no network but its own, no process but its
own, limits on memory, processes, files and time. What a grader needs is there to be read only.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HOME = "/home/ta"
"""Where everything in a jail can be written; it is gone when the command is over."""
GIVEN = "/given"
"""Where the jail has the folder it is given."""

MIB = 2**20
HOME_BYTES = 768 * MIB
_LIMITS = {"nproc": 400, "data": 3072 * MIB, "fsize": 256 * MIB, "core": 0, "cpu": 120}
_FIRST_UID = 65_200
"""Of no user of a Debian system; when we are root, each jail has another from here on."""


class JailError(Exception):
    """There can be no jail on this machine; one sentence says why."""


class Jail:
    """Runs commands, each in a jail of its own, with `python` trees to be read besides /usr."""

    def __init__(self, python: Sequence[Path], number: int) -> None:
        for program in ("bwrap", "prlimit", "setpriv"):
            if shutil.which(program) is None:
                raise JailError(f"{program} is missing: install bubblewrap and util-linux.")
        self._python, self._uid = list(python), _FIRST_UID + number

    def run(self, command: Sequence[str], given: Path, seconds: float) -> str | None:
        """What a command printed; None if it did not come to an end in time.

        The folder `given` is at GIVEN. What the command leaves behind ends with it.
        """
        process = subprocess.Popen(
            [*self._walls(given), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        try:
            return process.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def _walls(self, given: Path) -> list[str]:
        """What to put before a command."""
        limits = ["prlimit", *(f"--{name}={value}" for name, value in _LIMITS.items())]
        size = str(HOME_BYTES)
        inner = [
            "bwrap", "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session",
            "--cap-drop", "ALL", "--hostname", "jail", "--size", size, "--tmpfs", "/tmp",
            *self._view(), "--proc", "/proc", "--dev", "/dev", "--size", size, "--tmpfs", HOME,
            "--ro-bind", str(given), GIVEN, "--clearenv", *_environment(self._python),
            "--chdir", HOME, "--",
        ]  # fmt: skip
        if os.geteuid() != 0:
            return [*limits, *inner]
        # Root's processes are not counted against a limit, and what breaks out should not be root.
        outer = [
            "bwrap", *self._view(), *_open_above(given), "--ro-bind", str(given), str(given),
            "--dev", "/dev", "--bind", "/proc", "/proc", "--die-with-parent", "--cap-drop", "ALL",
            "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--",
        ]  # fmt: skip
        become = ["setpriv", f"--reuid={self._uid}", f"--regid={self._uid}", "--clear-groups"]
        return [*outer, *become, "--no-new-privs", *limits, *inner]

    def _view(self) -> list[str]:
        arguments = ["--ro-bind", "/usr", "/usr"]
        for name in ("/bin", "/sbin", "/lib", "/lib64"):
            if os.path.islink(name):
                arguments += ["--symlink", os.readlink(name), name]
            elif os.path.isdir(name):
                arguments += ["--ro-bind", name, name]
        for name in ("/etc/hosts", "/etc/nsswitch.conf"):  # without which nobody knows localhost
            if os.path.isfile(name):
                arguments += [*_open_above(Path(name)), "--ro-bind", name, name]
        for folder in self._python:
            if not folder.is_relative_to("/usr"):
                arguments += [*_open_above(folder), "--ro-bind", str(folder), str(folder)]
        return arguments


def trees(python: Path) -> list[Path]:
    """The folders that a virtual environment's interpreter needs: its own, and the one behind."""
    tree = python.parents[1]
    base = [
        Path(line.partition("=")[2].strip()).parent
        for line in (tree / "pyvenv.cfg").read_text().splitlines()
        if line.startswith("home")
    ]
    return [tree, *base]


def own_trees() -> list[Path]:
    """The same for this interpreter."""
    return list(dict.fromkeys([Path(sys.base_prefix), Path(sys.prefix)]))


def _open_above(folder: Path) -> Iterator[str]:
    for parent in reversed(folder.parents):
        if parent != Path("/"):
            yield from ("--perms", "0755", "--dir", str(parent))


def _environment(python: Sequence[Path]) -> Iterator[str]:
    path = os.pathsep.join([*(str(tree / "bin") for tree in python), "/usr/bin", "/bin"])
    values = {
        "HOME": HOME, "PATH": path, "PYTHONPATH": f"{GIVEN}/kit", "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "USER": "ta",
    }  # fmt: skip
    for name, value in values.items():
        yield from ("--setenv", name, value)
