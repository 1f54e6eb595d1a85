"""Finds lines of a solution, a mark scheme or a hidden check in what students are given."""

import json
import re
from pathlib import Path

REGION = re.compile(r"### BEGIN (SOLUTION|MARK SCHEME)\n(.*?)### END \1", re.DOTALL)
TELLING = 20
"""A shorter line gives nothing away; it may well stand elsewhere too."""


def telling_lines(root: Path, exercise: str) -> set[str]:
    """Lines that no student may see: of solution regions, mark schemes and hidden checks.

    Without indentation and without the comment sign; those that the stub's own text has are none.
    """
    source = (root / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")
    secret = [region.group(2) for region in REGION.finditer(source)]
    hidden = root / "autograder" / "checks" / exercise / "hidden.py"
    if hidden.is_file():
        secret.append(hidden.read_text(encoding="utf-8"))
    given = REGION.sub("", source)
    lines = {line.strip().lstrip("# ") for text in secret for line in text.splitlines()}
    return {line for line in lines if len(line) > TELLING and line not in given}


def leaks(root: Path, exercise: str) -> list[tuple[str, str]]:
    """(file, line) for each telling line in the stub or the release notebook, sorted."""
    stub = root / "exercises" / f"{exercise}.py"
    release = root / "release" / exercise / f"{exercise}.ipynb"
    given = {path: path.read_text(encoding="utf-8") for path in (stub, release) if path.is_file()}
    if release in given:
        given[release] = _all_strings(json.loads(given[release]))
    secret = telling_lines(root, exercise)
    found = [
        (path.relative_to(root).as_posix(), line)
        for path, text in given.items()
        for line in secret
        if line in text
    ]
    return sorted(found)


def _all_strings(value: object) -> str:
    """Every text of a notebook: sources, and outputs and metadata as well."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    return "\n".join(map(_all_strings, value)) if isinstance(value, list) else ""
