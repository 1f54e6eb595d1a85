"""Commands run by an ordinary user, while the tests themselves are run by root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

UID = 65_123
"""No user of a Debian system, and none that submissions run under."""


def ordinary_user(clone: Path) -> list[str] | None:
    """What to put before a command, so that an ordinary user runs it; None where that cannot be.

    Who is one already needs nothing. That user may not search a folder of root's, in which Python
    may lie: it then gets a view of its own, in which that folder holds no more than what is needed.
    """
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        return None
    become = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--no-new-privs",
              "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"]  # fmt: skip
    needed = [Path(sys.base_prefix), Path(sys.prefix), clone]
    for view in ([], _view(needed)):
        if view is not None and _can_read([*view, *become], clone):
            return [*view, *become]
    return None


def _can_read(command: list[str], clone: Path) -> bool:
    program = (
        "import autograder.grading, pytest, security.attacks, subprocess, sys; "
        "subprocess.run([sys.executable, '-c', ''], check=True)"
    )
    tried = subprocess.run(
        [*command, sys.executable, "-c", program], cwd=clone, capture_output=True, check=False
    )
    return tried.returncode == 0


def _view(needed: list[Path]) -> list[str] | None:
    """Bubblewrap's arguments for a view in which everybody may search what is above `needed`."""
    if not shutil.which("bwrap"):
        return None
    closed = {_closed_above(path) for path in needed} - {None}
    arguments = ["bwrap", "--dev-bind", "/", "/"]
    for folder in sorted(map(str, closed)):
        arguments += ["--perms", "0755", "--tmpfs", folder]
    for path in needed:
        above = _closed_above(path)
        if above:
            between = [folder for folder in path.parents if above in folder.parents]
            for folder in reversed(between):
                arguments += ["--perms", "0755", "--dir", str(folder)]
            arguments += ["--ro-bind", str(path), str(path)]
    return [*arguments, "--"]


def _closed_above(path: Path) -> Path | None:
    """The outermost folder above `path` that not everybody may search."""
    above = [parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001]
    return above[0] if above else None
