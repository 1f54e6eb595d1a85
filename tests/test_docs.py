"""What the documentation says is what happens."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from autograder.sandbox.inside.limits import Limits


def test_the_limits_in_the_docs_are_the_limits(root: Path) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", (root / "docs/ta.md").read_text(), re.MULTILINE)
    assert {name: float(value) for name, value in rows} == msgspec.to_builtins(Limits())


def test_every_link_in_the_docs_leads_somewhere(root: Path) -> None:
    for page in [root / "README.md", *(root / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.slow
def test_adding_an_exercise_works_as_written(root: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    for name in ("autograder", "solutions"):
        shutil.copytree(root / name, clone / name)
    shutil.copy(root / "nbgrader_config.py", clone)
    page = (root / "docs/adding-an-exercise.md").read_text()
    solution, visible, hidden = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (clone / "solutions/parity.py").write_text(solution)
    checks = clone / "autograder/checks/parity"
    checks.mkdir()
    (checks / "visible.py").write_text(visible)
    (checks / "hidden.py").write_text(hidden)
    said = command(clone, "build")
    assert "parity: 3 points (values 3)" in said.stdout, said.stderr
    said = command(clone, "check", "parity")
    assert "parity is not written yet" in said.stdout
    said = command(clone, "grade", "solutions/parity.py", "--json")
    [report] = json.loads(said.stdout)
    assert (report["score"], report["max_score"]) == (3, 3), said.stdout
    assert command(clone, "build", "--check").returncode == 0


def command(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments], cwd=clone, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(clone)},
    )  # fmt: skip
