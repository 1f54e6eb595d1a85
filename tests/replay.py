"""Answers checks from memory: first what an honest solution said, then the same, spoilt."""

import contextlib
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import wire_peer

from autograder.checks import runner
from autograder.course.bank import solution_cells
from autograder.report import CheckResult
from autograder.sandbox.inside import wire
from autograder.sandbox.inside.limits import MIB
from autograder.sandbox.inside.loading import run_cells
from autograder.sandbox.inside.objects import ObjectTable
from autograder.sandbox.proxy import Channel
from autograder.sandbox.session import Session

HASTY = msgspec.structs.replace(wire_peer.LIMITS, check_seconds=0.25, submission_seconds=60.0)
"""A length that promises too much is waited for until the check's time is up."""
Answers = dict[bytes, list[wire.Returned | wire.Raised]]
"""By request; those to the second and later ones that are alike come after the first."""


class Memory:
    """What the solution of an exercise answers in each check, learnt in this process."""

    def __init__(self, root: Path, exercise: str) -> None:
        self.exercise = exercise
        self._module, problems = run_cells(exercise, solution_cells(root, exercise))
        assert not problems
        self._checks: list[Answers] = []
        runner.run(exercise, self._learning)
        known = [answers for check in self._checks for answers in check.values()]
        self._every = [answer for answers in known for answer in answers]

    @contextlib.contextmanager
    def _learning(self) -> Iterator[Channel]:
        self._checks.append({})
        yield _Learning(ObjectTable(self._module, 16 * MIB), self._checks[-1])

    def graded(self, seed: int, share: float) -> list[CheckResult]:
        """The verdicts on answers of which a `share` are spoilt."""
        draw, checks = random.Random(seed), iter(self._checks)

        def stream(sock: socket.socket) -> None:
            answers: Answers = {}
            while True:
                request = wire.receive(sock, wire.Request, 2**31)
                if isinstance(request, wire.Begin):
                    answers = {key: list(said) for key, said in next(checks, {}).items()}
                spoil = not isinstance(request, wire.Load) and draw.random() < share
                sock.sendall(self._spoilt(request, draw) if spoil else self._said(request, answers))

        limits = HASTY if share else wire_peer.LIMITS
        streams = [stream] * 500  # one for each time that a line is given up
        with wire_peer.Peer(streams, limits) as peer, Session(peer, self.exercise, []) as session:  # type: ignore[arg-type]
            return runner.run(self.exercise, session.check)

    def _said(self, request: Any, answers: Answers) -> bytes:
        if isinstance(request, wire.Load):
            return framed(wire.Loaded(request.seq, []))
        if not isinstance(request, wire.Get | wire.Call):
            return framed(wire.Returned(request.seq, None))
        said = answers.get(_key(request)) or [self._every[0]]
        answer = said.pop(0) if len(said) > 1 else said[0]
        return framed(msgspec.structs.replace(answer, seq=request.seq))

    def _spoilt(self, request: Any, draw: random.Random) -> bytes:
        seq, pick = request.seq, draw.randrange
        ways: tuple[Callable[[], bytes], ...] = (
            lambda: framed(msgspec.structs.replace(draw.choice(self._every), seq=seq)),
            lambda: framed(wire_peer.answer(seq, pick)),
            lambda: framed(wire.Returned(seq, wire_peer.sent(wire_peer.value(pick)))),
            lambda: wire_peer.said("Returned", seq, wire_peer.odd(pick)),
            lambda: wire_peer.flipped(framed(draw.choice(self._every)), pick),
        )
        return draw.choice(ways)()


class _Learning:
    """A check's channel to the solution, that keeps what is said."""

    def __init__(self, table: ObjectTable, answers: Answers) -> None:
        self._table, self._answers = table, answers

    def ask(self, request: wire.Get | wire.Call) -> wire.Returned | wire.Raised:
        copied = wire.decode(wire.encode(request), wire.Request)
        key, answer = _key(copied), self._table.answer(copied)
        self._answers.setdefault(key, []).append(answer)
        reply: wire.Returned | wire.Raised = wire.decode(wire.encode(answer), wire.Reply)
        return reply


def _key(request: wire.Get | wire.Call) -> bytes:
    """What is asked, whatever its number."""
    parts = msgspec.structs.asdict(msgspec.structs.replace(request, seq=0))
    return wire.encode(wire.plain(parts, wire_peer.sent, 2**31))


def framed(message: Any) -> bytes:
    """A message as it goes over the wire."""
    return wire_peer.framed(wire.encode(message))
