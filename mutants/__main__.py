"""Grades every mutant of the solutions: python -m mutants [EXERCISE...]."""

import argparse
import os
import sys
import time
from pathlib import Path

from rich.console import Console

from autograder import checks

from .judging import SolutionFailsError, Verdict, judge
from .making import mutants
from .survivors import SurvivorsError, excuses
from .tally import LEAST_RATE, Tally, tallies
from .tally import page as written

ROOT = Path(__file__).parents[1]
PAGE = Path("docs/mutants.md")


def main() -> int:
    """Print what the checks caught; 0 if it is enough, 1 if not, 2 if it could not be tried."""
    known = [name for name in checks.exercises() if (ROOT / "solutions" / f"{name}.py").is_file()]
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help=", ".join(known))
    parser.add_argument("--jobs", "-j", type=int, default=min(2, os.cpu_count() or 1))
    arguments = parser.parse_args()
    unknown = [name for name in arguments.exercises if name not in known]
    if unknown:
        parser.error(f"there is no exercise {unknown[0]!r}; there are {', '.join(known)}")
    names = list(dict.fromkeys(arguments.exercises)) or known
    try:
        return _run(names, arguments.jobs, whole=names == known)
    except (SolutionFailsError, SurvivorsError) as error:
        print(error, file=sys.stderr)
        return 2


def _run(names: list[str], jobs: int, whole: bool) -> int:
    began = time.monotonic()
    excused = {key: why for key, why in excuses().items() if key[0] in names}
    made = [mutant for name in names for mutant in mutants(ROOT, name)]
    verdicts = judge(ROOT, made, jobs)
    counted = tallies(names, verdicts, excused)
    _print(counted, verdicts, time.monotonic() - began)
    survived = {verdict.mutant.key for verdict in verdicts if not verdict.lost}
    for key in sorted(set(excused) - survived):
        print(f"mutants/survivors.toml: {' | '.join(key)} does not survive; take it out.")
    if whole:
        (ROOT / PAGE).write_text(written(counted, verdicts, excused), encoding="utf-8")
    fine = all(tally.unexcused == 0 and tally.rate >= LEAST_RATE for tally in counted)
    return 0 if fine else 1


def _print(counted: list[Tally], verdicts: list[Verdict], seconds: float) -> None:
    out = Console(highlight=False, soft_wrap=True)
    for tally in counted:
        out.print(
            f"{tally.exercise}: {tally.mutants} mutants, {tally.caught} caught, "
            f"{tally.equivalent} equivalent, {tally.allowed} allowed, {tally.harmless} harmless, "
            f"{tally.unexcused} not excused; {tally.rate:.1%} of those that do wrong caught"
        )
        for verdict in tally.open:
            mutant = verdict.mutant
            text = f"  {mutant.function}: {mutant.before}  ->  {mutant.after}"
            out.print(text, style="red", markup=False)
    out.print(f"{len(verdicts)} mutants in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
