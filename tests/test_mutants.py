"""The mutants are made where students write, each once, and excused by what they are."""

from pathlib import Path

import pytest

from mutants.making import mutants
from mutants.survivors import SurvivorsError, excuses

SOLUTION = '''\
# %%
GIVEN = 1 + 2


# %%
class Counter:
    def count(self, state, n: int = 3):
        """Adds 1."""
        kept = n - 1
        ### BEGIN SOLUTION
        # 1 more
        state.zero_grad()
        return state.detach()[0] + kept
        ### END SOLUTION
'''


def test_changes_are_made_in_solution_regions_only(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions/sample.py").write_text(SOLUTION)
    made = mutants(tmp_path, "sample")
    assert {(mutant.exercise, mutant.function) for mutant in made} == {("sample", "Counter.count")}
    found = {(mutant.before, mutant.after) for mutant in made}
    assert len(found) == len(made)
    assert {
        ("state.zero_grad()", "pass"),
        ("return state.detach()[0] + kept", "return state.detach()[0] - kept"),
        ("return state.detach()[0] + kept", "return state.detach()[ 1] + kept"),
    } <= found
    assert all("kept = n - 1" in mutant.cells[1] for mutant in made)
    assert all(mutant.cells[0] == "# %%\nGIVEN = 1 + 2\n\n\n" for mutant in made)
    assert made == mutants(tmp_path, "sample")


def test_the_excuses_can_be_read_and_are_of_mutants_there_are(root: Path) -> None:
    found = excuses()
    known = {m.key for name in {key[0] for key in found} for m in mutants(root, name)}
    assert set(found) <= known


def test_an_excuse_needs_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "survivors.toml"
    entry = '[[survivor]]\nexercise = "e"\nfunction = "f"\nbefore = "b"\nafter = ["a", "c"]\n'
    file.write_text(f'{entry}kind = "equivalent"\nreason = "Same."\n')
    assert set(excuses(file)) == {("e", "f", "b", "a"), ("e", "f", "b", "c")}
    for wrong in ('kind = "equivalent"', 'kind = "odd"\nreason = "Same."', "kind ="):
        file.write_text(entry + wrong)
        with pytest.raises(SurvivorsError):
            excuses(file)
