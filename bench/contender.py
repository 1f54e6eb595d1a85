"""A process that measures itself on order, so that contenders can take turns."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

EXERCISE = "hello_rnn"
ROOT = Path(__file__).parents[1]


class BenchError(Exception):
    """Something cannot be measured; one sentence says why."""


class Contender:
    """`python -m bench.<module> NOTEBOOK`, started and ready for orders. A context manager."""

    def __init__(self, module: str, notebook: Path, environment: Mapping[str, str]) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"bench.{module}", str(notebook)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )

    def __enter__(self) -> "Contender":
        try:
            self._read()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.communicate()  # closes its stdin, at which it ends

    def ask(self, order: str) -> Any:
        """What the process answers to `order`. Raises BenchError if it cannot."""
        assert self._process.stdin
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        reply = json.loads(line) if line else {"problem": "it ended"}
        if isinstance(reply, dict):
            raise BenchError(f"bench/{self._module}.py cannot go on: {reply['problem']}")
        return reply


def serve(main: Callable[[Path], None]) -> None:
    """In the contender's process: run `main` on the notebook, and tell what stops it."""
    # An interrupt at the keyboard reaches every process; this one ends when its stdin does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        main(Path(sys.argv[1]))
    except Exception as error:
        print(json.dumps({"problem": f"{type(error).__name__}: {error}"}), flush=True)


def answer(orders: Mapping[str, Callable[[], Any]]) -> None:
    """Say that all is ready, then carry out each line on stdin."""
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(orders[line.strip()]()), flush=True)
