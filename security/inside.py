"""Runs in a jail: one other grader on one attack, then on a right submission; what came of it.

`python inside.py GRADER ATTACK` prints one line of JSON. Only the standard library, and nbgrader
where that is what is looked at. See `others.py` for who starts it.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

GIVEN = Path("/given")
HOME = Path("/home/ta")
FOUND = HOME / "found"
COURSE = HOME / "course"
EXERCISE = "hello_rnn"
BYSTANDER = 99_999_999
"""Stands in a notebook for the number of a process that is there only once the jail is."""
MINE, OTHER = "adam", "eve"
"""The attacker and the student who is graded next, in the order of their names."""
SECONDS = {"nbgrader": 120.0, "otter": 75.0}
"""What one command of a grader's may take; on right submissions it takes a tenth."""


def main(grader: str, attack: Path) -> None:
    """Set up what an attack is aimed at, hand it in, grade it, and say what came of it."""
    facts = json.loads((GIVEN / "facts.json").read_text())
    called = _listen(facts["port"])
    os.environ["CANARY"] = facts["token"]
    program = [sys.executable, "-c", "import time; time.sleep(999)", facts["token"]]
    with subprocess.Popen(program) as bystander:
        (HOME / "secret.txt").write_text(facts["token"])
        notebook = attack.read_text().replace(str(BYSTANDER), str(bystander.pid))
        points = {"nbgrader": _nbgrader, "otter": _otter}[grader](notebook)
        harmed = bystander.poll() is not None
        bystander.kill()
    secret = (HOME / "secret.txt").read_text()
    outcome: dict[str, Any] = {
        **points,
        "read": FOUND.exists(),
        "changed": secret != facts["token"] or harmed or _other_changed(),
        "called": bool(called),
    }
    print(json.dumps(outcome))


def _nbgrader(notebook: str) -> dict[str, Any]:
    """The points of both, as a teacher finds them in the gradebook after one `autograde`."""
    shutil.copytree(GIVEN / "stock", COURSE)
    _hand_in(notebook, MINE)
    _hand_in((GIVEN / "right.ipynb").read_text(), OTHER)
    command = [sys.executable, "-m", "nbgrader", "autograde", EXERCISE]
    ended = _run(command, COURSE, SECONDS["nbgrader"])
    scores: dict[str, float | None] = {}
    from nbgrader.api import Gradebook

    try:
        with Gradebook(f"sqlite:///{COURSE}/gradebook.db") as gradebook:
            for student in (MINE, OTHER):
                graded = Path(COURSE, "autograded", student, EXERCISE, f"{EXERCISE}.ipynb").exists()
                found = gradebook.find_submission(EXERCISE, student) if graded else None
                scores[student] = found.score if found is not None else None
    except Exception:
        scores = {}
    return {"points": scores.get(MINE), "next": scores.get(OTHER), "ended": ended}


def _otter(notebook: str) -> dict[str, Any]:
    """The points of both, after two commands `otter run`."""
    shutil.copytree(GIVEN / "otter", COURSE)
    _hand_in((GIVEN / "right.ipynb").read_text(), OTHER)
    (COURSE / "mine.ipynb").write_text(notebook)
    ended = True
    scores: list[float | None] = []
    for submission in ("mine.ipynb", f"submitted/{OTHER}/{EXERCISE}/{EXERCISE}.ipynb"):
        results = COURSE / "results.json"
        results.unlink(missing_ok=True)
        command = [shutil.which("otter") or "otter", "run", "-a", "autograder.zip", "--no-logo"]
        ended = _run([*command, submission], COURSE, SECONDS["otter"]) and ended
        try:
            tests = json.loads(results.read_text())["tests"]
            scores.append(sum(test.get("score", 0) for test in tests))
        except (OSError, ValueError, KeyError, TypeError):
            scores.append(None)
    return {"points": scores[0], "next": scores[1], "ended": ended}


def _hand_in(notebook: str, student: str) -> None:
    path = COURSE / "submitted" / student / EXERCISE / f"{EXERCISE}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(notebook)


def _other_changed() -> bool:
    path = COURSE / "submitted" / OTHER / EXERCISE / f"{EXERCISE}.ipynb"
    return not path.exists() or path.read_text() != (GIVEN / "right.ipynb").read_text()


def _run(command: list[str], folder: Path, seconds: float) -> bool:
    """Run a grader's command; whether it came to an end by itself."""
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return False
    return True


def _listen(port: int) -> list[Any]:
    """Listen on 127.0.0.1; who calls joins the list."""
    called: list[Any] = []
    server = socket.create_server(("127.0.0.1", port))

    def accept() -> None:
        while True:
            called.append(server.accept())

    threading.Thread(target=accept, daemon=True).start()
    return called


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
