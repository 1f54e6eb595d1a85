"""What a submission cannot even ask the kernel for, in every isolation."""

import ctypes
import ctypes.util
import errno
from collections.abc import Iterator

import pytest

from autograder.sandbox import seccomp, walls
from autograder.sandbox.inside.limits import Limits
from autograder.sandbox.launcher import Sandbox
from autograder.sandbox.proxy import submission_of
from autograder.sandbox.session import Session

LIBRARY = ctypes.util.find_library("seccomp")
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="there is no libseccomp here")

SOURCE = """
import ctypes, errno, os, socket, threading
libc = ctypes.CDLL(None, use_errno=True)

def tried(calls):
    found = {}
    for name, number, first in calls:
        result = libc.syscall(number, ctypes.c_ulong(first), 0, 0, 0, 0, 0)
        found[name] = ctypes.get_errno() if result < 0 else 0
    return found

def ordinary():
    a, b = socket.socketpair()
    a.sendall(b"x")
    said = []
    thread = threading.Thread(target=lambda: said.append(b.recv(1)))
    thread.start()
    thread.join()
    import asyncio, subprocess
    said.append(asyncio.run(asyncio.sleep(0, "slept")))
    said.append(subprocess.run(["/bin/echo", "hi"], capture_output=True, text=True).stdout)
    return said
"""


@pytest.fixture(scope="module", params=walls.Isolation.__args__)  # type: ignore[attr-defined]
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    if request.param == "namespace" and walls.best_isolation() != "namespace":
        pytest.skip("no namespaces on this machine")
    if request.param == "user" and not walls.can_be_another_user():
        pytest.skip("another user cannot run this Python: it lies in a folder of root's")
    with Sandbox(Limits(), request.param) as sandbox:
        with Session(sandbox, "exercise", [SOURCE]) as started:
            yield started


def call(session: Session, name: str, *args: object) -> object:
    with session.check() as channel:
        return getattr(submission_of(channel), name)(*args)


def number(name: str) -> int:
    return int(ctypes.CDLL(LIBRARY).seccomp_syscall_resolve_name(name.encode()))


def test_what_no_exercise_needs_the_kernel_refuses(session: Session) -> None:
    calls = [(name, number(name), 0) for name in seccomp.FORBIDDEN if number(name) >= 0]
    assert len(calls) > 40
    assert call(session, "tried", calls) == {name: errno.EPERM for name, _, _ in calls}


def test_no_process_starts_in_a_namespace_of_its_own(session: Session) -> None:
    flags = {"user": 0x10000000, "pid": 0x20000000, "net": 0x40000000, "mount": 0x20000}
    calls = [(name, number("clone"), flag | 17) for name, flag in flags.items()]
    assert call(session, "tried", calls) == dict.fromkeys(flags, errno.EPERM)
    assert call(session, "tried", [("clone3", number("clone3"), 0)]) == {"clone3": errno.ENOSYS}


def test_ordinary_programs_notice_nothing(session: Session) -> None:
    assert call(session, "ordinary") == [b"x", "slept", "hi\n"]
