"""(e) `otter run`, otter-grader's command line, one command for each submission."""

import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from . import asserted, notebooks
from .commands import run
from .contender import BenchError

INSTALL = (
    "not installed: `pip install otter-grader ipykernel torch msgspec jaxtyping`, best in an "
    "environment of its own, and put its `otter` on PATH or into OTTER=/path/to/otter"
)
HEAD = """\
import sys
import asserted
from otter.test_files import test_case
OK_FORMAT = False
name = "{group}"
"""
TEST = """
@test_case(points={points})
def {name}():
    asserted.{name}(sys.modules["__main__"])
"""


class Otter:
    """An otter autograder made in `folder`, and a right submission to run it on."""

    def __init__(self, otter: str, folder: Path, environment: Mapping[str, str]) -> None:
        self._otter, self._folder, self._environment = otter, folder, environment
        tests = folder / "tests"
        tests.mkdir(parents=True)
        for group, checks in asserted.CHECKS.items():
            cases = [TEST.format(name=c.__name__, points=worth) for c, worth in checks.items()]
            (tests / f"{group}.py").write_text(HEAD.format(group=group) + "".join(cases))
        shutil.copy(asserted.__file__, folder)
        notebooks.write(
            notebooks.without_grade_cells(notebooks.equivalent()), folder / "submission.ipynb"
        )
        self._run("generate", "-t", "tests", "-o", "autograder.zip", "--no-config",
                  "--no-requirements", "--no-environment", "asserted.py")  # fmt: skip

    def grade(self) -> list[float]:
        """Seconds that the whole command takes on one submission."""
        began = time.perf_counter()
        self._run("run", "-a", "autograder.zip", "--no-logo", "submission.ipynb")
        seconds = time.perf_counter() - began
        results = json.loads((self._folder / "results.json").read_text())
        score = sum(test.get("score", 0) for test in results["tests"])
        if score != asserted.POINTS:
            raise BenchError(f"otter gave {score} points to the right submission.")
        return [seconds]

    def _run(self, *arguments: str) -> None:
        run([self._otter, *arguments], self._folder, self._environment)


def command() -> str | None:
    """Otter's command: from OTTER, beside this Python, or on PATH; None if it is nowhere."""
    beside = shutil.which("otter", path=str(Path(sys.executable).parent))
    return os.environ.get("OTTER") or beside or shutil.which("otter")
