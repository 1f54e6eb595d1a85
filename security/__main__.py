"""`python -m security [--only NAME]`: the attacks of the bank on this kit and on other graders.

Writes docs/security-comparison.md and prints its summary. Exit status 0 if no attack had any
effect on this kit, 1 otherwise; 2 with one sentence if it could not run. Otter is looked for as
in `bench`.
"""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.course.bank import solution_cells
from autograder.grading import Grader
from autograder.report import Report, to_json
from autograder.sandbox.inside.limits import MIB, Limits
from autograder.submission import Submission
from bench import otter
from bench.contender import BenchError

from . import page
from .attacks import EXERCISE, Attack, AttackError, attacks
from .canaries import Canaries
from .jail import JailError
from .others import Others, Outcome

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "security-comparison.md"
AT_ONCE = 2
LIMITS = Limits(cpu_seconds=4, load_seconds=12.0, check_seconds=12.0, memory_bytes=256 * MIB)


def main() -> int:
    """Attack and write; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m security", description=__doc__)
    parser.add_argument("--only", default="", help="attacks whose name holds this; writes no page")
    only = parser.parse_args().only
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        chosen = [attack for attack in attacks(ROOT) if attack.also and only in attack.name]
        text, harmless = _compare(chosen)
    except (AttackError, BenchError, JailError, OSError) as error:
        print(f"security: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("security: stopped", file=sys.stderr)
        return 130
    if only:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
        Console().print(Markdown(text.partition("\n## ")[0]))
    return 0 if harmless else 1


def _compare(chosen: Sequence[Attack]) -> tuple[str, bool]:
    """The page, and whether this kit withstood everything."""
    columns = (TextColumn("Attacking"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    outcomes: dict[str, dict[str, Outcome]] = {"kit": {}}
    with bar, Others() as others:
        graders = [name for name in ("nbgrader", "otter") if name in others.versions]
        if "otter" not in graders:
            bar.console.print(f"otter-grader is left out: {otter.INSTALL}")
        jobs = [(name, attack) for attack in chosen for name in graders if name in attack.also]
        task = bar.add_task("", total=len(chosen) + len(jobs))
        for attack, outcome in _on_the_kit(chosen):
            outcomes["kit"][attack.name] = outcome
            bar.advance(task)
        for name in graders:
            outcomes[name] = {}
            _require_full_marks(name, others.right(name))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            running = {
                pool.submit(others.attacked, name, attack, number): (name, attack)
                for number, (name, attack) in enumerate(jobs, 1)
            }
            for done in as_completed(running):
                name, attack = running[done]
                outcomes[name][attack.name] = done.result()
                bar.advance(task)
        text = page.page(chosen, outcomes, others.versions)
    mine = page.tally(chosen, outcomes["kit"])
    return text, not (mine.raised or mine.read or mine.acted or mine.stopped or mine.next)


def _on_the_kit(chosen: Sequence[Attack]) -> Iterator[tuple[Attack, Outcome]]:
    """Each attack with what came of it, handed in one after another to one grader of this kit."""
    right = Submission("right", EXERCISE, solution_cells(ROOT, EXERCISE))
    with Canaries(ROOT) as canaries, Grader(LIMITS) as grader:
        for attack in chosen:
            cells = [canaries.targets.cell(), *attack.cells]
            report = grader.grade(Submission(attack.name, EXERCISE, cells))
            following = grader.grade(right)
            disturbed = canaries.disturbed()
            yield (
                attack,
                Outcome(
                    points=report.score,
                    next=following.score,
                    ended=True,
                    read=_tells(report, canaries.token),
                    changed=any("called" not in what for what in disturbed),
                    called=any("called" in what for what in disturbed),
                ),
            )


def _tells(report: Report, token: str) -> bool:
    text = to_json(report).decode()
    return token in text or "RuntimeError: found" in text


def _require_full_marks(name: str, outcome: Outcome) -> None:
    """A comparison counts only with a grader that works."""
    if outcome.points != 10 or outcome.next != 10:
        raise BenchError(f"{name} gave {outcome.points} and {outcome.next} to right submissions.")


if __name__ == "__main__":
    sys.exit(main())
