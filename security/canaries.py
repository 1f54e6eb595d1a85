"""What no submission may read or change, and someone who listens where none may call."""

import contextlib
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from security.attacks import Targets

MADE_UP = "CREATE TABLE grade (id TEXT, auto_score REAL, manual_score REAL, extra_credit REAL)"


class Canaries:
    """Files, sockets and a process that attacks are told of. A context manager.

    The files stand open to everybody, so that nothing but the sandbox keeps an attack from them.
    """

    def __init__(self, clone: Path) -> None:
        self.token = f"canary-{secrets.token_hex(8)}"
        self._clone = clone
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Canaries":
        self._folder = Path(tempfile.mkdtemp(prefix="canaries-"))
        self._stack.callback(shutil.rmtree, self._folder)
        secret, other = self._folder / "secret.txt", self._folder / "submitted/eve/hello_rnn.ipynb"
        other.parent.mkdir(parents=True)
        for path in (secret, other):
            path.write_text(self.token)
        gradebook = self._folder / "gradebook.db"
        with contextlib.closing(sqlite3.connect(gradebook)) as made, made:
            made.execute(MADE_UP)
            made.execute("INSERT INTO grade VALUES (?, 0, 0, 0)", [self.token])
        self._sockets = self._listen()
        for path in [self._folder, *self._folder.rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        os.environ["CANARY"] = self.token
        self._stack.callback(os.environ.pop, "CANARY")
        program = [sys.executable, "-c", "import time; time.sleep(9999)", self.token]
        self._bystander = self._stack.enter_context(subprocess.Popen(program))
        self._stack.callback(self._bystander.kill)
        self.targets = Targets(
            secret=str(secret), gradebook=str(gradebook), other=str(other), clone=str(self._clone),
            port=self._sockets["TCP"].getsockname()[1],
            stream=str(self._folder / "stream"), datagram=str(self._folder / "datagram"),
            abstract=self.token, bystander=self._bystander.pid,
        )  # fmt: skip
        self._before = self._files()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def disturbed(self) -> list[str]:
        """What has been changed, called or harmed since the last time this was asked."""
        found = [f"{name}: someone called" for name in self._sockets if self._was_called(name)]
        files = self._files()
        found += [f"{path} has changed" for path in self._before.items() ^ files.items()]
        self._before = files
        # Stopped is not dead, and is as bad.
        if psutil.Process(self._bystander.pid).status() not in (
            "sleeping",
            "running",
            "disk-sleep",
        ):
            found.append("the teacher's process was harmed")
        return found

    @staticmethod
    def orphans() -> list[int]:
        """Processes that were forked from a sandbox which is no more."""
        found = []
        for process in psutil.process_iter(["cmdline", "ppid"]):
            parent = psutil.Process(process.ppid()) if process.ppid() else None
            adopted = parent is not None and parent.ppid() == 0
            if adopted and "inside.zygote" in " ".join(process.info["cmdline"] or []):
                found.append(process.pid)
        return found

    def _listen(self) -> dict[str, socket.socket]:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(tcp.getsockname())
        made = {"TCP": tcp, "UDP": udp}
        for name, kind, address in (
            ("stream", socket.SOCK_STREAM, str(self._folder / "stream")),
            ("abstract", socket.SOCK_STREAM, f"\0{self.token}"),
            ("datagram", socket.SOCK_DGRAM, str(self._folder / "datagram")),
        ):
            made[name] = socket.socket(socket.AF_UNIX, kind)
            made[name].bind(address)
            if kind == socket.SOCK_STREAM:
                made[name].listen()
        for each in made.values():
            each.setblocking(False)
            self._stack.callback(each.close)
        return made

    def _was_called(self, name: str) -> bool:
        listening = self._sockets[name]
        try:
            if listening.type == socket.SOCK_STREAM:
                listening.accept()[0].close()
            else:
                listening.recv(100)
        except BlockingIOError:
            return False
        return True

    def _files(self) -> dict[str, tuple[int, bytes]]:
        """Every file, with its mode and what is in it; of what is no plain file, nothing."""
        return {
            str(path): (
                path.lstat().st_mode,
                path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
            )
            for path in [self._folder, *self._folder.rglob("*")]
        }
