"""A report depends on the submission alone: `make same-grade` asks all, and here a few of each."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import checks


def same_grade(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bench.same_grade", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_workers_load_predecessors_and_hash_seed_change_no_report(root: Path) -> None:
    done = same_grade(root, "--sample", "2", "--before", "60")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()[1:]]
    count = str(2 * len(checks.exercises()))
    assert [[*row[:5], row[-1]] for row in rows] == [
        ["1", "0", "free", "0", count, "0"],
        ["2", "1", "free", "0", count, "0"],
        ["1", "2026", "busy", "60", count, "0"],
    ]


@pytest.mark.slow
def test_a_report_that_depends_on_chance_is_told(root: Path, tmp_path: Path) -> None:
    clone, spoilt = tmp_path / "a clone", "wrong_sgd.py"
    leave = shutil.ignore_patterns("__pycache__", *set(checks.exercises()) - {"hello_rnn"})
    for name in ("autograder", "bench"):
        shutil.copytree(root / name, clone / name, ignore=leave)
    for name in ("solutions/hello_rnn.py", f"tests/bank/hello_rnn/{spoilt}"):
        (clone / name).parent.mkdir(parents=True)
        shutil.copy(root / name, clone / name)
    with (clone / "tests/bank/hello_rnn" / spoilt).open("a") as entry:
        entry.write("\nimport os\nraise ValueError(os.urandom(4).hex())\n")
    done = same_grade(clone, "--sample", "1", "--before", "1")
    assert done.returncode == 1, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("hello_rnn/wrong_sgd: ")]
    assert len(told) == 2
