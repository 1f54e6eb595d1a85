"""Runs the others' command lines in a home of their own, and leaves nothing of them behind."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .contender import ROOT, BenchError

SECONDS = 120


def environment(home: Path) -> dict[str, str]:
    """Ours, with the kit importable, nobody's settings, and every file written below `home`."""
    home.mkdir()
    places = {
        "HOME": "", "TMPDIR": "tmp", "IPYTHONDIR": "ipython", "MPLCONFIGDIR": "matplotlib",
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "run",
    }  # fmt: skip
    for folder in places.values():
        (home / folder).mkdir(exist_ok=True)
    return {
        **os.environ,
        **{name: str(home / folder) for name, folder in places.items()},
        # nbgrader calls `alembic` by name, and a virtual environment need not be active.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(ROOT),
    }


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a command in `folder`, quietly. Raises BenchError, with its last line, if it fails."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    name = " ".join([Path(command[0]).name, *command[1:]])
    try:
        said, _ = process.communicate(timeout=SECONDS)
    except BaseException as error:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise BenchError(f"`{name}` took more than {SECONDS} s.") from None
        raise
    if process.returncode:
        last = said.strip().splitlines()[-1:] or ["it said nothing"]
        raise BenchError(f"`{name}` failed: {last[0]}")
