"""Grading goes on: `make soak` grades 2,000 submissions in one sandbox, here it is 60."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_sixty_submissions_leave_nothing_behind(root: Path) -> None:
    command = [sys.executable, "-m", "bench.soak", "60"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Memory is flat; no descriptor, process or file is left." in done.stdout
    assert "submissions a minute" in done.stdout
