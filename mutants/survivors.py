"""Reads survivors.toml: the mutants that may well pass every check, each with the reason.

An entry names the exercise, the function, the line before and after (or a list of lines after),
the reason, and its kind: `equivalent` (no caller can see a difference), `allowed` (a difference
that the exercise leaves open, so that a check which saw it would be wrong) or `harmless` (a
difference that is not worth a check; it counts as missed).
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("survivors.toml")
KINDS = ("equivalent", "allowed", "harmless")


class SurvivorsError(Exception):
    """The file of survivors cannot be read; one sentence says why."""


@dataclass(frozen=True)
class Excuse:
    """Why a mutant may survive."""

    kind: str
    reason: str


def excuses(file: Path = FILE) -> dict[tuple[str, str, str, str], Excuse]:
    """The excuse of each (exercise, function, line before, line after).

    Raises:
        SurvivorsError: an entry is incomplete or stands there twice, or the file is no TOML.
    """
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("survivor", [])
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SurvivorsError(f"{file.name}: {error}") from None
    found: dict[tuple[str, str, str, str], Excuse] = {}
    for entry in entries:
        for key, excuse in _read(entry, file.name):
            if key in found:
                raise SurvivorsError(f"{file.name}: {' | '.join(key)} is there twice.")
            found[key] = excuse
    return found


def _read(entry: dict[str, Any], name: str) -> Iterator[tuple[tuple[str, str, str, str], Excuse]]:
    try:
        exercise, function, before = entry["exercise"], entry["function"], entry["before"]
        after, excuse = entry["after"], Excuse(entry["kind"], entry["reason"])
    except KeyError as error:
        raise SurvivorsError(f"{name}: an entry has no {error}: {entry}") from None
    if excuse.kind not in KINDS or not excuse.reason.strip():
        raise SurvivorsError(
            f"{name}: kind is one of equivalent, allowed, harmless, with a reason: {entry}"
        )
    for line in after if isinstance(after, list) else [after]:
        yield (exercise, function, before, line), excuse
