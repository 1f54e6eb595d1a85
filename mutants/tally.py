"""Counts what the checks caught, and writes it down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .judging import Verdict
from .survivors import Excuse

LEAST_RATE = 0.95
"""Of the mutants that do wrong, how many are to be caught."""

_HEAD = """\
# Mutants

Do the checks notice a small mistake? Each solution is changed in one place at a time, only where
the student writes, and graded. The changes are those of
[cosmic-ray](https://cosmic-ray.readthedocs.io) (another operator, a number one off, a loop that
does not run, a condition turned round) and two more: a statement left out, a call like `.detach()`
left out. A mutant is caught when it loses a check. *Equivalent* ones do exactly what the solution
does, *allowed* ones differ where the exercise leaves it open (which numbers a seed yields, say),
*harmless* ones in something that is not worth a check.

`make mutants` writes this page. It fails when a survivor has no reason in
`mutants/survivors.toml`, or fewer than {rate} of the rest, equivalent and allowed ones apart, are
caught.

| exercise | mutants | caught | equivalent | allowed | harmless | no reason | caught of the rest |
|---|---|---|---|---|---|---|---|"""

Excuses = Mapping[tuple[str, str, str, str], Excuse]


@dataclass
class Tally:
    """The mutants of one exercise; `open` are the survivors that nothing excuses."""

    exercise: str
    mutants: int = 0
    caught: int = 0
    equivalent: int = 0
    allowed: int = 0
    harmless: int = 0
    open: list[Verdict] = field(default_factory=list)

    @property
    def unexcused(self) -> int:
        """How many survivors nothing excuses."""
        return len(self.open)

    @property
    def rate(self) -> float:
        """The share caught of the mutants that do wrong; 1 if there is none."""
        wrong = self.mutants - self.equivalent - self.allowed
        return self.caught / wrong if wrong else 1.0


def tallies(names: Sequence[str], verdicts: Sequence[Verdict], excuses: Excuses) -> list[Tally]:
    """A tally of each exercise, in the order of `names`."""
    found = {name: Tally(name) for name in names}
    for verdict in verdicts:
        tally = found[verdict.mutant.exercise]
        tally.mutants += 1
        excuse = excuses.get(verdict.mutant.key)
        if verdict.lost:
            tally.caught += 1
        elif excuse is None:
            tally.open.append(verdict)
        elif excuse.kind == "equivalent":
            tally.equivalent += 1
        elif excuse.kind == "allowed":
            tally.allowed += 1
        else:
            tally.harmless += 1
    return list(found.values())


def page(counted: Sequence[Tally], verdicts: Sequence[Verdict], excuses: Excuses) -> str:
    """The page docs/mutants.md."""
    lines = [_HEAD.format(rate=f"{LEAST_RATE:.0%}")]
    for tally in counted:
        lines.append(
            f"| {tally.exercise} | {tally.mutants} | {tally.caught} | {tally.equivalent} "
            f"| {tally.allowed} | {tally.harmless} | {tally.unexcused} | {tally.rate:.1%} |"
        )
    lines += ["", "## Survivors"]
    for tally in counted:
        lines += ["", f"### {tally.exercise}", "", *_survivors(tally.exercise, verdicts, excuses)]
    return "\n".join(lines) + "\n"


def _survivors(exercise: str, verdicts: Sequence[Verdict], excuses: Excuses) -> list[str]:
    rows = []
    for verdict in verdicts:
        mutant = verdict.mutant
        if verdict.lost or mutant.exercise != exercise:
            continue
        excuse = excuses.get(mutant.key)
        why = f"{excuse.kind}: {excuse.reason}" if excuse else "no reason is known"
        cells = (f"`{mutant.function}`", f"`{mutant.before}`", f"`{mutant.after}`", why)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    head = ["| function | line | changed to | why it survives |", "|---|---|---|---|"]
    return [*head, *rows] if rows else ["None."]
