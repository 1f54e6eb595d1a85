"""What a submission can do inside the sandbox, and what is left when it is over."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
import torch

from autograder.sandbox import walls
from autograder.sandbox.inside import landlock
from autograder.sandbox.inside.limits import MIB, Limits
from autograder.sandbox.launcher import Sandbox
from autograder.sandbox.proxy import (
    Crashed,
    LimitReached,
    StudentError,
    submission_of,
)
from autograder.sandbox.session import Session

LIMITS = Limits(
    cpu_seconds=1, load_seconds=30.0, check_seconds=30.0, memory_bytes=256 * MIB,
    file_bytes=2 * MIB, scratch_bytes=4 * MIB, processes=16, output_bytes=MIB, message_bytes=MIB,
)  # fmt: skip

PRELUDE = "import os, socket, sys, time\nimport torch\n"


@pytest.fixture(scope="module", params=walls.Isolation.__args__)  # type: ignore[attr-defined]
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    if request.param == "namespace" and walls.best_isolation() != "namespace":
        pytest.skip("no namespaces on this machine")
    if request.param == "user" and not walls.can_be_another_user():
        pytest.skip("another user cannot run this Python: it lies in a folder of root's")
    with Sandbox(LIMITS, request.param) as started:
        yield started


def call(sandbox: Sandbox, source: str, name: str = "f", *args: object) -> object:
    """The value of calling `name`, defined in `source`, in a check of its own."""
    with Session(sandbox, "exercise", [PRELUDE + source]) as session, session.check() as channel:
        return getattr(submission_of(channel), name)(*args)


def test_values_come_back(sandbox: Sandbox) -> None:
    result = call(sandbox, "def f(x): return {'twice': 2 * x, 'pair': (1, [2.5, 'a', None])}", "f",
                  torch.ones(2))  # fmt: skip
    assert isinstance(result, dict)
    assert torch.equal(result["twice"], torch.full((2,), 2.0))
    assert result["pair"] == (1, [2.5, "a", None])


@pytest.mark.parametrize(
    ("source", "limit", "timeout"),
    [
        ("def f():\n while True: pass", "more than 1 s of CPU time", True),
        ("def f(): return bytearray(2**30)", "memory limit of 256 MiB", False),
        ("def f(): return torch.ones(2**28).sum()", "memory limit of 256 MiB", False),
        ("def f():\n while True: os.fork() or time.sleep(9)", "limit of 16 processes", False),
        ("def f(): open('x', 'wb').write(bytes(2**22))", "limit of 2 MiB for a file", False),
        ("def f():\n while True: print('x' * 999)", "printed more than 1 MiB", False),
        ("def f():\n while True: os.write(2, b'x' * 999)", "printed more than 1 MiB", False),
        ("def f(): return ['x' * 2**19] * 9", "larger than 1 MiB", False),
    ],
    ids=["cpu", "memory", "tensor", "processes", "file", "print", "stderr", "message"],
)
def test_limits_are_named(sandbox: Sandbox, source: str, limit: str, timeout: bool) -> None:
    if "processes" in limit and sandbox.isolation == "process" and os.geteuid() == 0:
        pytest.skip("the kernel does not count root's processes")
    with pytest.raises(LimitReached, match=limit) as caught:
        call(sandbox, source)
    assert caught.value.timeout is timeout


def test_the_limit_of_wall_time_is_named(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    # It is watched from outside. Anywhere else a busy machine must not come to it first.
    short = msgspec.structs.replace(LIMITS, check_seconds=2.0)
    monkeypatch.setattr(sandbox, "limits", short)
    with pytest.raises(LimitReached, match="the check took more than 2 s") as caught:
        call(sandbox, "def f(): time.sleep(60)")
    assert caught.value.timeout


def test_the_scratch_folder_is_small(sandbox: Sandbox) -> None:
    if sandbox.isolation != "namespace":
        pytest.skip("only a namespace has a file system of its own")
    with pytest.raises(LimitReached, match="4 MiB for files"):
        call(sandbox, "def f():\n for n in range(9): open(str(n), 'wb').write(bytes(2**20))")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(): os._exit(3)", "exit code 3"),
        ("def f(): os.kill(os.getpid(), 9)", "SIGKILL"),
        ("def f():\n import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("def f():\n for fd in range(3, 200):\n  try: os.write(fd, bytes(99))\n  except OSError: 0",
         "no answer|not a message|out of turn|ended"),
        ("def f(): os.closerange(0, 200)", "ended its own process|nothing is known"),
    ],
    ids=["exit", "kill", "segfault", "write anywhere", "close everything"],
)  # fmt: skip
def test_a_process_that_ends_is_a_crash(sandbox: Sandbox, source: str, message: str) -> None:
    with pytest.raises(Crashed, match=message):
        call(sandbox, source)


@pytest.mark.skipif(not landlock.version(), reason="the kernel has no Landlock")
def test_files_outside_and_servers_are_out_of_reach_everywhere(
    sandbox: Sandbox, root: Path
) -> None:
    for path in (root / "autograder/checks/hello_rnn/hidden.py", Path("/etc/passwd"), Path("/etc")):
        with pytest.raises(StudentError, match=r"FileNotFoundError|PermissionError"):
            call(sandbox, f"def f(p={str(path)!r}): (os.listdir if os.path.isdir(p) else open)(p)")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StudentError, match=r"PermissionError|OSError|ConnectionRefusedError"):
            call(sandbox, f"def f(): socket.create_connection(('127.0.0.1', {port}), 2)")
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    source = "def f():\n import statistics; open('x', 'w').write('a'); return open('x').read()"
    assert call(sandbox, source) == "a"


def test_an_exception_names_the_line_of_the_student(sandbox: Sandbox) -> None:
    with pytest.raises(
        StudentError, match=r"f raised ZeroDivisionError.*\(cell 1, line 4: 1 / 0\)"
    ):
        call(sandbox, "def f():\n    1 / 0")


def test_hostile_exceptions_are_only_text(sandbox: Sandbox) -> None:
    source = """
class Bad(BaseException):
    def __str__(self): os._exit(0) if False else (_ for _ in ()).throw(ValueError)
def f(): raise Bad
"""
    with pytest.raises(StudentError, match="cannot be shown"):
        call(sandbox, source)


def test_no_check_sees_what_another_left_behind(sandbox: Sandbox) -> None:
    source = "seen = []\ndef f():\n    seen.append(1); torch.manual_seed(5); return len(seen)"
    with Session(sandbox, "exercise", [PRELUDE + source]) as session:
        for _ in range(3):
            with session.check() as channel:
                assert submission_of(channel).f() == 1


def test_a_check_starts_from_a_known_state(sandbox: Sandbox) -> None:
    source = """
torch.set_grad_enabled(False); torch.set_default_dtype(torch.float64); torch.manual_seed(3)
def f(): return torch.is_grad_enabled(), str(torch.ones(1).dtype), torch.rand(1).item()
"""
    first = call(sandbox, source)
    other = call(sandbox, source.replace("manual_seed(3)", "manual_seed(4)"))
    assert isinstance(first, tuple)
    assert first[:2] == (True, "torch.float32")
    assert first == other


def test_the_submission_goes_on_after_a_crash(sandbox: Sandbox) -> None:
    source = "def die(): os.kill(os.getppid(), 9); os._exit(0)\ndef f(): return 'alive'"
    with Session(sandbox, "exercise", [PRELUDE + source]) as session:
        with pytest.raises(Crashed), session.check() as channel:
            submission_of(channel).die()
        with session.check() as channel:
            assert submission_of(channel).f() == "alive"


def test_an_endless_loop_while_loading_fails_every_check_at_once(sandbox: Sandbox) -> None:
    with Session(sandbox, "exercise", ["while True: pass"]) as session:
        for _ in range(3):
            with pytest.raises(LimitReached, match=r"loading .* CPU time"), session.check():
                pass


def test_cells_that_raise_do_not_stop_the_others(sandbox: Sandbox) -> None:
    cells = ["x = 1", "1 / 0", "def broken(:", "%matplotlib inline\n!ls", "%%time\ny = x + 1"]
    with Session(sandbox, "exercise", cells) as session:
        session.load()
        assert [(p.cell, p.type) for p in session.problems] == [
            (2, "ZeroDivisionError"), (3, "SyntaxError"),
        ]  # fmt: skip
        with session.check() as channel:
            assert submission_of(channel).y == 2


def test_main_is_not_run(sandbox: Sandbox) -> None:
    source = "name = __name__\nran = False\nif __name__ == '__main__':\n    ran = True"
    with Session(sandbox, "exercise", [source]) as session, session.check() as channel:
        module = submission_of(channel)
        assert (module.name, module.ran) == ("exercise", False)


def test_calls_of_the_kit_do_nothing_when_graded(sandbox: Sandbox) -> None:
    source = """
from autograder import check, exploration, hint
check("shapes"); hint("shapes")
with exploration(): done = True
"""
    with Session(sandbox, "exercise", [source]) as session:
        session.load()
        assert session.problems == []


LINGER = """
open("left", "w").write("x")
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        for signal in (1, 2, 15):
            import signal as s; s.signal(signal, s.SIG_IGN)
        if os.fork(): os._exit(0)
        time.sleep(600)
def f(): return sorted(os.listdir("."))
"""


def test_nothing_of_a_submission_survives_it(sandbox: Sandbox) -> None:
    assert call(sandbox, LINGER) == ["left"]
    assert call(sandbox, "def f(): return sorted(os.listdir('.'))") == []
    assert alive_below(sandbox) == 1
    assert pinned_files(sandbox) == before_any(sandbox)


def alive_below(sandbox: Sandbox) -> int:
    """Python processes of the sandbox: one, the zygote."""
    assert sandbox.pid is not None
    top = psutil.Process(sandbox.pid)
    names = [process.name() for process in [top, *top.children(recursive=True)]]
    return sum(name.startswith("python") for name in names)


def pinned_files(sandbox: Sandbox) -> int:
    assert sandbox.pid is not None
    top = psutil.Process(sandbox.pid)
    every = [top, *top.children(recursive=True)]
    zygote = next(process for process in every if process.name().startswith("python"))
    return len(os.listdir(f"/proc/{zygote.pid}/fd")) if os.geteuid() == 0 else 0


def before_any(sandbox: Sandbox) -> int:
    with Sandbox(LIMITS, sandbox.isolation) as fresh:
        return pinned_files(fresh)


def test_a_lost_zygote_is_replaced(sandbox: Sandbox) -> None:
    assert sandbox.pid is not None
    psutil.Process(sandbox.pid).kill()
    psutil.wait_procs([psutil.Process(sandbox.pid)], timeout=5)
    assert call(sandbox, "def f(): return 1") == 1


def test_where_bubblewrap_makes_namespaces_the_kit_takes_them() -> None:
    bare = ["bwrap", "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"]
    if shutil.which("bwrap") is None or subprocess.run(bare, capture_output=True).returncode:
        pytest.skip("bubblewrap makes no namespaces on this machine")
    if os.geteuid() == 0:  # submissions are another user's, who has to be able to do it as well
        other = ["setpriv", "--reuid=60000", "--regid=60000", "--clear-groups", *bare]
        if subprocess.run(other, capture_output=True).returncode:
            pytest.skip("only root makes namespaces on this machine")
    assert walls.best_isolation() == "namespace"


namespace_only = pytest.mark.skipif(
    walls.best_isolation() != "namespace", reason="no namespaces on this machine"
)


@pytest.fixture(scope="module")
def walled() -> Iterator[Sandbox]:
    with Sandbox(Limits(), "namespace") as started:  # a walk over all files takes its time
        yield started


@namespace_only
def test_no_secret_is_in_sight(walled: Sandbox, root: Path) -> None:
    source = """
def f():
    found = []
    for folder, folders, files in os.walk("/"):
        for other in ("proc", "nbgrader"):  # nbgrader's own tests bring a gradebook
            if other in folders: folders.remove(other)
        found += [os.path.join(folder, name) for name in files
                  if name in ("hidden.py", "visible.py", "gradebook.db") or "hello_rnn" in name]
    return found, os.listdir("/kit/inside"), sorted(os.environ)
def imports():
    sys.modules.pop("autograder", None)
    import autograder.checks
"""
    found, kit, names = call(walled, source)  # type: ignore[misc]
    assert found == []
    inside = {path.name for path in (root / "autograder/sandbox/inside").glob("*")}
    assert set(kit) - {"__pycache__"} == inside - {"__pycache__"}
    assert not {"USER_TOKEN", "PYTHONPATH", "VIRTUAL_ENV"} & set(names)
    with pytest.raises(StudentError, match="ModuleNotFoundError"):
        call(walled, source, "imports")


@namespace_only
@pytest.mark.parametrize(
    "source",
    [
        "def f():\n s = socket.socket(); s.settimeout(2); s.connect(('127.0.0.1', PORT))",
        "def f(): open('/proc/1/mem', 'r+b').write(b'x')",
        "def f(): open('/usr/x', 'w')",
        "def f(): open('/kit/inside/x', 'w')",
        "def f(): os.listdir('/root/.ssh')",
        "def f(): os.setuid(0)",
        "def f():\n import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
        "def f(): os.kill(1, 9); assert False",
    ],
    ids=["loopback", "zygote memory", "usr", "kit", "home", "setuid", "namespace", "kill pid 1"],
)
def test_ways_out_are_closed(walled: Sandbox, source: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StudentError):
            call(walled, source.replace("PORT", str(port)))
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert call(walled, "def f(): return 1") == 1
