"""`autograder validate`, on the clone's hello_rnn and on copies that are broken on purpose."""

import shutil
import subprocess
from pathlib import Path

import pytest
from test_docs import command

from autograder.course.leaks import leaks

FEW = ["right_by_hand", "right_cell_loop", "wrong_sgd", "wrong_spell_forgets"]


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """The clone with hello_rnn alone, and few submissions in its bank."""
    folder = tmp_path / "a clone"
    here = ("exercises", "solutions", "source", "release", "tests/bank")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "autograder", folder / "autograder", ignore=ignored)
    for name in here:
        (folder / name).mkdir(parents=True)
    for name in ("exercises/hello_rnn.py", "solutions/hello_rnn.py", "nbgrader_config.py"):
        shutil.copy(root / name, folder / name)
    for name in ("source", "release"):
        shutil.copytree(root / name / "hello_rnn", folder / name / "hello_rnn")
    (folder / "tests/bank/hello_rnn").mkdir()
    for name in FEW:
        shutil.copy(root / f"tests/bank/hello_rnn/{name}.py", folder / "tests/bank/hello_rnn")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def lines(done: "subprocess.CompletedProcess[str]", start: str) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith(start)]


def test_each_fault_is_a_line_with_what_was_expected_and_what_came(clone: Path) -> None:
    solution = clone / "solutions/hello_rnn.py"
    edit(solution, "return loss.item(), hidden.detach()", "return loss.item(), hidden")
    leaked = "    optimizer = torch.optim.Adam(model.parameters(), lr=lr)\n"
    with (clone / "exercises/hello_rnn.py").open("a") as stub:
        stub.write(f"\n# %%\ndef extra(model, lr):\n{leaked}")
    entries = clone / "tests/bank/hello_rnn"
    edit(entries / "right_by_hand.py", "Loses: nothing", "Loses: spells_hello, unheard_of")
    edit(entries / "wrong_sgd.py", "Loses: epochs_start_from_zero, ", "Loses: ")
    # Their training step is the solution's, which has lost its detach.
    for name in ("wrong_sgd", "wrong_spell_forgets"):
        edit(entries / f"{name}.py", "Loses: ", "Loses: returned_state_is_cut, ")
    edit(clone / "autograder/checks/hello_rnn/visible.py", "points=1, hint=", "points=2, hint=")
    done = command(clone, "validate")
    assert done.returncode == 1, done.stderr
    told = "\n".join(lines(done, "hello_rnn:"))
    for expected in (
        "exercises/hello_rnn.py is out of date: run `autograder build`.",
        f"exercises/hello_rnn.py: expected nothing of the solution or the hidden checks, "
        f"got {leaked.strip()!r}.",
        "expected checks worth 10 points in all, got 12.",
        "tests/bank/hello_rnn: expected at least 10 right submissions, got 1.",
        "tests/bank/hello_rnn: expected at least 20 wrong submissions, got 3.",
        "the solution: expected to lose nothing, got returned_state_is_cut lost (",
        "right_by_hand.py: expected the name of a check after Loses, got 'unheard_of'.",
        "right_by_hand.py: expected to lose spells_hello, unheard_of, got nothing lost.",
        "wrong_sgd.py: expected to lose returned_state_is_cut, losses_fall, spells_with_memory, "
        "got losses_fall, returned_state_is_cut, epochs_start_from_zero, spells_with_memory lost "
        "(epochs_start_from_zero: fit",
    ):
        assert expected in told, told
    assert "right_cell_loop" not in told
    assert "wrong_spell_forgets" not in told


def test_thresholds_are_held_against_many_seeds(clone: Path) -> None:
    visible = clone / "autograder/checks/hello_rnn/visible.py"
    measured = 'expect.at_most(numbers[-1] / numbers[0], 0.2, "fit: last loss by first")'
    edit(visible, "numbers = [", f"numbers = [float(loss) for loss in losses]; {measured}; x = [")
    done = command(clone, "validate", "hello_rnn", "--seeds", "3", "--jobs", "2")
    [row] = lines(done, " losses_fall")
    assert "≤ 0.2" in row, done.stdout
    assert row.count("3 of 3") == 2
    assert "wrong_sgd" in row
    assert "3 of 3" in lines(done, " 13 others")[0]
    missing = "spell_reads_with_memory: expected a wrong submission that fails it with an answer"
    assert missing not in done.stdout
    edit(visible, "numbers[0], 0.2,", "numbers[0], 2.0,")
    done = command(clone, "validate", "hello_rnn", "--seeds", "2")
    missing = "losses_fall: expected a wrong submission that fails it with a measured value"
    assert missing in done.stdout
    assert done.returncode == 1


def test_a_report_that_differs_is_told(clone: Path) -> None:
    entries = clone / "tests/bank/hello_rnn"
    for name in FEW[:-1]:
        (entries / f"{name}.py").unlink()
    spoilt = "import os, torch\nraise ValueError(os.urandom(4).hex())\n"
    edit(entries / "wrong_spell_forgets.py", "import torch\n", spoilt)
    done = command(clone, "validate", "hello_rnn", "--repeats", "2")
    assert done.returncode == 1, done.stderr
    one, two = lines(done, "hello_rnn:")
    assert "wrong_spell_forgets, graded by 1: expected one and the same report, got 1" in one
    assert "wrong_spell_forgets, graded by 2: expected one and the same report, got 2" in two


def test_bad_input_is_one_sentence_and_exit_2(clone: Path) -> None:
    done = command(clone, "validate", "goodbye_rnn")
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert "no solutions/goodbye_rnn.py; the exercises are hello_rnn" in line
    entry = clone / "tests/bank/hello_rnn/wrong_sgd.py"
    edit(entry, "Loses:", "It loses")
    done = command(clone, "validate")
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert 'tests/bank/hello_rnn/wrong_sgd.py: end its docstring with "Loses:"' in line


def test_an_exercise_without_bank_or_checks_is_told_so(clone: Path) -> None:
    shutil.rmtree(clone / "tests")
    answer = "# ### BEGIN SOLUTION\n# An answer in some more words.\n# ### END SOLUTION\n"
    cells = f"# %% [markdown]\n# # Words\n\n# %% [markdown]\n# ### POINTS 1 words\n{answer}"
    (clone / "solutions/words.py").write_text(cells)
    command(clone, "build")
    assert command(clone, "validate", "words").returncode == 0
    done = command(clone, "validate")
    assert done.returncode == 1, done.stderr
    assert lines(done, "hello_rnn:") == [
        "hello_rnn: there is no submission in tests/bank/hello_rnn: add right and wrong ones."
    ]
    assert "10: shapes 4, detachment 3, accuracy 3" in done.stdout
    assert "graded by hand" in lines(done, " words")[0]
    (clone / "exercises/words.py").write_text("# %% [markdown]\n# An answer in some more words.\n")
    assert leaks(clone, "words") == [("exercises/words.py", "An answer in some more words.")]
