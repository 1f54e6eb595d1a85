"""What the reports on a class amount to: scores, checks, wrong answers, who took long."""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec

from ..report import CheckResult, Met, Report, Status
from ..tables import printable

LOCATION = re.compile(r" \((?:cell \d+, )?line \d+: .*?\)(?=\. Likely cause|\.?$)", re.DOTALL)
"""Where in a student's code an exception came from, in a message."""
MESSAGE_LIMIT = 600
"""Characters shown of a message, part of which a student may have composed."""
LONGEST = 10
"""How many of those that took longest are named."""
BINS = 10
"""Parts of the maximum that scores are counted in, besides the full score."""


class Student(msgspec.Struct, frozen=True):
    """A submission on the page: its number there, what it is called, and the feedback page of
    nbgrader's, as a link from the page; "" for none."""

    number: int
    name: str
    report: Report
    feedback: str = ""

    @property
    def graded(self) -> bool:
        """Whether its code was looked at; else the report's problem says why not."""
        report = self.report
        unread = all(c.status == "not_attempted" and c.message == report.problem
                     for c in report.checks)  # fmt: skip
        return not (report.problem and unread)

    @property
    def seconds(self) -> float:
        """What it took to grade; of one that was remembered, its checks alone."""
        return max(self.report.seconds, sum(check.seconds for check in self.report.checks))

    def met(self, what: Met) -> bool:
        """Whether its code ran into `what`."""
        return any(check.met == what for check in self.report.checks)

    def met_where(self, what: Met) -> list[str]:
        """How it came to that, in the words of its messages."""
        told = [check for check in self.report.checks if check.met == what]
        if self.report.problem and len(told) == len(self.report.checks):  # while it was loaded
            return [shown(self.report.problem)]
        return list(dict.fromkeys(shown(check.message) for check in told if check.message))


class CheckRow(msgspec.Struct, frozen=True):
    """A check, as one of its results describes it, and how many came to which verdict."""

    check: CheckResult
    counts: dict[Status, int]

    @property
    def rate(self) -> float:
        """The part of all that passed."""
        return self.counts.get("passed", 0) / sum(self.counts.values())


class GroupRow(msgspec.Struct, frozen=True):
    """A group of checks: the mean of the points, the most there are, and how many have them all."""

    name: str
    mean: float
    most: float
    full: int

    @property
    def rate(self) -> float:
        """The mean as a part of the most."""
        return self.mean / self.most if self.most else 0.0


class WrongAnswer(msgspec.Struct, frozen=True):
    """Messages that exactly these students got, each with the checks that said so."""

    students: list[Student]
    said: list[tuple[str, list[CheckResult]]]


def shown(message: str) -> str:
    """A message without what could turn text round, and not too long."""
    text = printable(message)
    return text if len(text) <= MESSAGE_LIMIT else f"{text[: MESSAGE_LIMIT - 1]}…"


def score_counts(scores: Sequence[float], most: float) -> list[tuple[float, int]]:
    """How many scores lie from each tenth of `most` up to the next; the last: `most` or above."""
    step = most / BINS
    tenths = Counter(
        BINS if score >= most else max(int(score / step + 1e-9), 0) for score in scores
    )
    return [(step * number, tenths[number]) for number in range(BINS + 1)]


def check_rows(students: Sequence[Student]) -> list[CheckRow]:
    """A row for each check, in their order."""
    checks: dict[str, CheckResult] = {}
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    for student in students:
        for check in student.report.checks:
            checks[check.id] = check
            counts[check.id][check.status] += 1
    return [CheckRow(check, dict(counts[name])) for name, check in checks.items()]


def group_rows(students: Sequence[Student]) -> list[GroupRow]:
    """A row for each group of checks, in their order."""
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for student in students:
        for name, earned in student.report.groups.items():
            points[name].append(earned)
    return [
        GroupRow(
            name,
            statistics.fmean(earned for earned, _ in both),
            max(most for _, most in both),
            sum(earned >= most for earned, most in both),
        )
        for name, both in points.items()
    ]


def wrong_answers(students: Sequence[Student]) -> list[WrongAnswer]:
    """Failed checks by check and message, the commonest first.

    What exactly the same students got is one: a mistake that several checks see. The line of code
    that an exception came from is left out, as it differs where the mistake is the same.
    """
    who: dict[tuple[str, str], list[int]] = defaultdict(list)
    checks: dict[str, CheckResult] = {}
    for index, student in enumerate(students):
        for check in student.report.checks:
            if check.status not in ("passed", "not_attempted"):
                checks[check.id] = check
                who[check.id, LOCATION.sub("", check.message)].append(index)
    together: dict[tuple[int, ...], dict[str, list[CheckResult]]] = defaultdict(dict)
    for (name, message), indices in who.items():
        together[tuple(indices)].setdefault(shown(message), []).append(checks[name])
    answers = [
        WrongAnswer([students[index] for index in indices], list(said.items()))
        for indices, said in together.items()
    ]
    return sorted(answers, key=lambda answer: -len(answer.students))


def longest(students: Sequence[Student]) -> tuple[float, list[Student]]:
    """The median of the seconds, and those that took longest, in order."""
    if not students:
        return 0.0, []
    median = statistics.median(student.seconds for student in students)
    return median, sorted(students, key=lambda student: -student.seconds)[:LONGEST]
