"""The attack bank against the real sandbox: the score is what the code earns, and nobody is harmed.

All attacks are handed in one after another to one grader, as in a class. Those that aim at what a
notebook brings with it are handed in as notebooks; for the others the form does not matter, and
they are handed in as Python files. The same file then runs once more, the forms exchanged, as an
ordinary user, for the attacks that the rights of a user could make a difference to.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ordinary_user import ordinary_user

from autograder.course.bank import notebook_of, read_release, solution_cells
from autograder.grading import Grader
from autograder.report import Report, to_json
from autograder.sandbox.inside import landlock
from autograder.sandbox.inside.limits import MIB, Limits
from autograder.submission import Submission
from autograder.tables import graded_html
from security.attacks import EXERCISE, Attack, attacks
from security.canaries import Canaries

ROOT = Path(__file__).parents[1]
ATTACKS = attacks(ROOT)
GOALS = list(dict.fromkeys(attack.goal for attack in ATTACKS))
LAST = {goal: [attack for attack in ATTACKS if attack.goal == goal][-1] for goal in GOALS}

ON_RIGHTS = ("escape", "files", "read")
"""Goals in which it matters who grades."""
AS_NOTEBOOK = ("corrupt", "forge", "notebook", "reader")
"""Goals in which it might matter that code comes in a notebook's cells."""
EXCHANGED = "ATTACKS_EXCHANGED"
"""Set in the environment of the second run, that of an ordinary user."""

LIMITS = Limits(
    cpu_seconds=2, load_seconds=5.0, check_seconds=5.0, submission_seconds=60.0,
    memory_bytes=256 * MIB,
)  # fmt: skip

ONLY_HIDDEN = ("the rain in spain", "mississipp", "stainer")
"""Texts that hidden checks hand to a submission."""

TimeLess = Callable[[Report], dict[str, object]]


@pytest.fixture(scope="module")
def canaries() -> Iterator[Canaries]:
    with Canaries(ROOT) as set_out:
        yield set_out


@pytest.fixture(scope="module")
def attacked() -> Iterator[Grader]:
    """The grader that all attacks are handed in to."""
    with Grader(LIMITS) as grader:
        yield grader


@pytest.fixture(scope="module")
def reference() -> Submission:
    return Submission("reference", EXERCISE, solution_cells(ROOT, EXERCISE))


@pytest.fixture(scope="module")
def next_one(reference: Submission) -> Submission:
    """The reference, after a cell that tells of everything another could have left behind."""
    look = (ROOT / "tests/attacks/look.py").read_text(encoding="utf-8")
    return Submission("next", EXERCISE, [look, *reference.cells])


@pytest.fixture(scope="module")
def fresh(
    reference: Submission, next_one: Submission, timeless: TimeLess
) -> dict[str, dict[str, object]]:
    """What both get in a sandbox that has seen no other submission."""
    reports = {}
    for submission in (reference, next_one):
        with Grader(LIMITS) as grader:
            reports[submission.name] = timeless(grade(grader, submission))
    return reports


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_earns_what_its_code_does_and_harms_nobody(
    attack: Attack, attacked: Grader, canaries: Canaries, reference: Submission,
    next_one: Submission, fresh: dict[str, dict[str, object]], timeless: TimeLess, tmp_path: Path,
) -> None:  # fmt: skip
    skip_what_is_not_promised(attack, attacked)
    path = handed_in(attack, [canaries.targets.cell(), *attack.cells], tmp_path)
    report = attacked.grade_file(path, EXERCISE)
    assert report.score == attack.earns, [c.message for c in report.checks if c.message]
    assert "\n" not in report.reason
    if attack.says:
        assert re.search(attack.says, report.reason), report.reason
    else:
        assert report.reason == ""
    assert canaries.token not in to_json(report).decode()
    shown = graded_html(report.checks, report.problem)
    assert not [text for text in ONLY_HIDDEN if text in shown]
    assert canaries.disturbed() == []
    assert timeless(grade(attacked, next_one)) == fresh["next"]
    if attack is LAST[attack.goal]:
        assert timeless(grade(attacked, reference)) == fresh["reference"]


@pytest.mark.slow
def test_no_process_of_an_attack_is_left(attacked: Grader) -> None:
    attacked.sandbox.close()
    assert Canaries.orphans() == []


@pytest.mark.skipif(EXCHANGED in os.environ, reason="this is the second run")
@pytest.mark.slow
def test_the_same_holds_when_an_ordinary_user_grades_and_for_the_other_form(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    command = ordinary_user(ROOT)
    if command is None:
        pytest.skip("no other user can be given this Python and this clone to read here")
    folder = tmp_path_factory.mktemp("home", numbered=True)
    folder.chmod(0o777)
    for above in list(folder.parents)[:-2]:
        above.chmod(above.stat().st_mode | 0o011)
    selected = " or ".join(f"{goal}/" for goal in ON_RIGHTS)
    done = subprocess.run(
        [*command, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist",
         "--basetemp", str(folder / "tests"), str(ROOT / "tests/test_attacks.py"), "-k", selected],
        env={**os.environ, EXCHANGED: "1", "HOME": str(folder), "TMPDIR": str(folder)},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    shutil.rmtree(folder)
    assert done.returncode == 0, (re.findall(r"^E .*", done.stdout, re.M)[:20], done.stderr)
    assert re.search(r"\d+ passed", done.stdout)


def test_the_bank_is_large_and_covers_every_goal() -> None:
    assert len(ATTACKS) >= 80
    assert {*GOALS} == {*ON_RIGHTS, *AS_NOTEBOOK, "exhaust"}
    assert len({attack.about for attack in ATTACKS}) == len(ATTACKS)


def grade(grader: Grader, submission: Submission) -> Report:
    """All checks of the reference; one of what looks around, as that is all it is there for."""
    only = ["pairs_of_hello"] if submission.name == "next" else None
    return grader.grade(submission, only=only)


def handed_in(attack: Attack, cells: list[str], folder: Path) -> Path:
    """The attack as a file, in the one form or the other."""
    if (attack.goal in AS_NOTEBOOK) == (EXCHANGED in os.environ):
        path = folder / f"{EXERCISE}.py"
        path.write_text("\n".join(f"# %%\n{cell}" for cell in cells), encoding="utf-8")
    else:
        path = folder / f"{EXERCISE}.ipynb"
        path.write_text(json.dumps(notebook_of(cells, read_release(ROOT, EXERCISE))))
    return path


def skip_what_is_not_promised(attack: Attack, grader: Grader) -> None:
    """Skip what only a namespace promises, where there is none."""
    isolation = grader.sandbox.isolation
    if isolation == "namespace":
        return
    if attack.needs == "namespace":
        pytest.skip("only a namespace promises this")
    if not landlock.version() and attack.goal in ON_RIGHTS:
        pytest.skip("neither namespaces nor Landlock stand before files here")
