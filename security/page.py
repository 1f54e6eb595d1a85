"""The page that `python -m security` writes, and what it prints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.report import points_text

from .attacks import Attack
from .others import Outcome

NAMES = {"kit": "this kit", "nbgrader": "stock nbgrader", "otter": "otter-grader"}
GOALS = {
    "forge": "Forge the score", "read": "Read secrets", "escape": "Escape or linger",
    "exhaust": "Exhaust", "corrupt": "Corrupt the grader", "notebook": "Break the notebook",
    "files": "Attack the filesystem",
}  # fmt: skip

_HEAD = """\
# The same attacks on three graders

Written by `make compare-security`; not to be edited. {count} attacks of `tests/attacks`, those
that mean something to other graders, were handed in to {graders}, each followed by a right
submission. The others ran what `make bench` compares: the checks of hello_rnn as functions with
asserts, in grade cells with partial credit, or as otter's test files. Each attack on them ran in a
jail with a home, a gradebook and a secret of its own (`security/jail.py`), under the rights of
whoever grades, which is how both are run unless one builds walls around them.

*Earned* are the points of the code itself, the attack apart. A grade in **bold** is higher than
that. *read*: the attack got at a secret file, another's work, the tests or another process.
*changed*: it changed a file outside or another's work, or ended a process. *called*: it reached a
server. *next*: the points of the right submission after it, where they are not 10. *stopped*:
grading did not come to an end by itself.
"""


@dataclass(frozen=True)
class Tally:
    """How many attacks came to what with one grader."""

    tried: int
    raised: int
    read: int
    acted: int
    stopped: int
    next: int


def tally(attacks: Sequence[Attack], outcomes: Mapping[str, Outcome]) -> Tally:
    """Of the attacks that were tried on one grader; `outcomes` by their names."""
    tried = [(attack, outcomes[attack.name]) for attack in attacks if attack.name in outcomes]
    return Tally(
        tried=len(tried),
        raised=sum(_raised(attack, outcome) for attack, outcome in tried),
        read=sum(outcome.read for _, outcome in tried),
        acted=sum(outcome.changed or outcome.called for _, outcome in tried),
        stopped=sum(outcome.points is None or not outcome.ended for _, outcome in tried),
        next=sum(outcome.next != 10 for _, outcome in tried),
    )


def page(
    attacks: Sequence[Attack],
    outcomes: Mapping[str, Mapping[str, Outcome]],
    versions: Mapping[str, str],
) -> str:
    """The whole page as Markdown; `outcomes` by grader, then by attack."""
    graders = [f"{NAMES[name]} {versions.get(name, '')}".strip() for name in outcomes]
    text = [
        _HEAD.format(count=len(attacks), graders=_listed(graders)),
        *_summary(attacks, outcomes),
    ]
    for goal, title in GOALS.items():
        aimed = [attack for attack in attacks if attack.goal == goal]
        if not aimed:
            continue
        names = [NAMES[grader] for grader in outcomes]
        text += ["", f"## {title}", "", f"| attack | earned | {' | '.join(names)} |"]
        text.append(f"|---|---|{'---|' * len(names)}")
        for attack in aimed:
            cells = [
                shown(attack, found[attack.name]) if attack.name in found else ""
                for found in outcomes.values()
            ]
            about = attack.about.replace("|", "\\|")
            text.append(f"| {about} | {points_text(attack.earns)} | {' | '.join(cells)} |")
    return "\n".join(text) + "\n"


def shown(attack: Attack, outcome: Outcome) -> str:
    """One cell of the table."""
    said = "no grade" if outcome.points is None else points_text(outcome.points)
    words = [f"**{said}**" if _raised(attack, outcome) else said]
    words += [name for name in ("read", "changed", "called") if getattr(outcome, name)]
    if outcome.next != 10:
        words.append(f"next {'none' if outcome.next is None else points_text(outcome.next)}")
    if not outcome.ended:
        words.append("stopped")
    return ", ".join(words)


def _summary(attacks: Sequence[Attack], outcomes: Mapping[str, Mapping[str, Outcome]]) -> list[str]:
    tallies = {grader: tally(attacks, found) for grader, found in outcomes.items()}
    rows = (
        ("attacks tried", "tried"),
        ("gave more points than earned", "raised"),
        ("let it read what it should not", "read"),
        ("let it change or call something outside", "acted"),
        ("gave no grade, or did not come to an end", "stopped"),
        ("graded the next submission differently, or not", "next"),
    )
    lines = [f"| | {' | '.join(NAMES[grader] for grader in tallies)} |"]
    lines.append(f"|---|{'---|' * len(tallies)}")
    for title, field in rows:
        counts = [str(getattr(each, field)) for each in tallies.values()]
        lines.append(f"| {title} | {' | '.join(counts)} |")
    return lines


def _raised(attack: Attack, outcome: Outcome) -> bool:
    return outcome.points is not None and outcome.points > attack.earns


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
