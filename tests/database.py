"""A PostgreSQL server of the tests' own, which they start and end."""

import contextlib
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database on a server of its own, for the length of a with block.

    It refuses to be root's, so root runs it as the user that Debian's package has made; pytest's
    own folders are closed to that one.
    """
    if not FOLDERS:
        pytest.skip("needs PostgreSQL: sudo apt-get install postgresql")
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="database-"))
    os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    data, port = folder / "data", _free_port()
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
    runner = as_user if os.geteuid() == 0 else []
    _run([*runner, FOLDERS[-1] / "initdb", "-D", data, "-A", "trust", "-U", "kit"])
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"
    control = [*runner, FOLDERS[-1] / "pg_ctl", "-D", data, "-w"]
    _run([*control, "-o", options, "-l", folder / "log", "start"])
    try:
        yield f"postgresql://kit@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "fast", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _run(command: Sequence[str | Path]) -> None:
    # What the server says later must not hold our pipes.
    done = subprocess.run(
        [str(word) for word in command], cwd="/", stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, command
