"""Reports on a class without anything that tells whose they are."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import msgspec
from msgspec import structs

from ..report import Report
from .class_figures import LOCATION

SOMEBODY, SOMEWHERE = "(name)", "(path)"
_WORD = re.compile(r"[^\W_]+")
_PATH = re.compile(r"""(?:[A-Za-z]:)?[^\s'"`()<>,;:=]*[/\\][^\s'"`()<>,;]+""")
_DIGITS, _LETTERS, _INSIDE = 4, 2, 4
"""The fewest that make a number or a word somebody's name, and a name one within other words."""


def anonymous(reports: Sequence[Report]) -> list[Report]:
    """The reports as those of "Student 1", "Student 2", ..., in the order of these numbers.

    The order depends on names and results together, but for times: the same reports give the same
    numbers, and who knows only the names cannot work it out. Messages lose every name in the
    class, paths, and the student's own lines of code.
    """
    timeless = sorted(_without_times(report) for report in reports)
    key = hashlib.sha256(msgspec.json.encode(timeless)).digest()
    mixed = sorted(reports, key=lambda report: _digest(key, report.submission))
    hide = _Hider(reports)
    return [hide.report(report, f"Student {n}") for n, report in enumerate(mixed, start=1)]


def _without_times(report: Report) -> bytes:
    checks = [structs.replace(check, seconds=0.0) for check in report.checks]
    return msgspec.json.encode(structs.replace(report, seconds=0.0, checks=checks))


def _digest(key: bytes, name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), key=key).digest()


class _Hider:
    """Takes the names that the class has out of texts."""

    def __init__(self, reports: Iterable[Report]) -> None:
        names = {part for report in reports for part in _parts(report)}
        ours = {word.casefold() for report in reports for word in _WORD.findall(report.exercise)}
        words = {word.casefold() for name in names for word in _WORD.findall(name)} - ours
        self._words = {word for word in words if _is_name(word)}
        whole = {name.casefold() for name in names if len(name) >= _INSIDE}
        inside = whole | {word for word in self._words if len(word) >= _INSIDE}
        self._inside = sorted(inside, key=len, reverse=True)
        self._known: dict[str, str] = {}

    def report(self, report: Report, name: str) -> Report:
        """The report under another name, with nobody's in its texts."""
        checks = [
            structs.replace(check, message=self.text(check.message), shown="")
            for check in report.checks
        ]
        problem = self.text(report.problem)
        return structs.replace(report, submission=name, problem=problem, checks=checks)

    def text(self, text: str) -> str:
        """`text` without names, paths and code; worked out once for all who got the same."""
        if text not in self._known:
            self._known[text] = self._hidden(text)
        return self._known[text]

    def _hidden(self, text: str) -> str:
        text = _PATH.sub(SOMEWHERE, LOCATION.sub("", text))
        folded = text.casefold()
        for name in self._inside:
            if name in folded:
                text = re.sub(re.escape(name), SOMEBODY, text, flags=re.IGNORECASE)
        return _WORD.sub(self._word, text)

    def _word(self, match: re.Match[str]) -> str:
        return SOMEBODY if match[0].casefold() in self._words else match[0]


def _is_name(word: str) -> bool:
    return len(word) >= (_DIGITS if word.isdecimal() else _LETTERS)


def _parts(report: Report) -> set[str]:
    """What a submission's name is made of, but for the name that every notebook has."""
    path = PurePosixPath(report.submission)
    return {part for part in (*path.parent.parts, path.stem) if part != report.exercise}
