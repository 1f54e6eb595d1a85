"""A small course of one exercise, for the tests of the build."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent

SAMPLE = '''\
# %% [markdown]
# # Sample
#
# A story, with *accents*: é.

# %%
import torch

from autograder import check

# %matplotlib inline

# %%
def given(value: int) -> int:
    return value + 1


# %%
class Adder:
    """Adds."""

    def __init__(self, start: int) -> None:
        ### BEGIN SOLUTION
        self.secret_start = start
        ### END SOLUTION

    def add(
        self,
        value: int,
    ) -> int:
        """The sum.

    Not indented as one would.
        """
        ### BEGIN SOLUTION
        total = self.secret_start + value

        return total
        ### END SOLUTION


def double(value: int) -> int:
    if value:
        ### BEGIN SOLUTION
        return value * 2
        ### END SOLUTION
    return 0


# %%
check("adding")

# %% tags=["wide"]
def halve(value: int) -> int:
    ### BEGIN SOLUTION
    half = value // 2  # secret half
    return half
    ### END SOLUTION


# %%
check("halving")

# %% [markdown]
# Explain it.
# ### POINTS 0 explanation-marks
# ### BEGIN MARK SCHEME
# One point for the secret word.
# ### END MARK SCHEME

# %% [markdown]
# ### POINTS 2.5 explanation
# Your words:
# ### BEGIN SOLUTION
# The secret answer.
# ### END SOLUTION

# %%
if __name__ == "__main__":
    print(given(1))
'''


@dataclass(frozen=True)
class FakeCheck:
    group: str
    points: float
    hidden: bool
    extra: bool = False


def checks(_exercise: str) -> Sequence[FakeCheck]:
    return [
        FakeCheck("halving", 0.1, False),
        FakeCheck("adding", 3.0, False),
        FakeCheck("halving", 0.2, True),
        FakeCheck("adding", 1.0, True),
    ]


def course(folder: Path, text: str = SAMPLE) -> Path:
    """A course with one solution and the kit's own nbgrader configuration."""
    (folder / "solutions").mkdir(parents=True)
    (folder / "solutions" / "sample.py").write_text(text, encoding="utf-8")
    (folder / "nbgrader_config.py").write_bytes((REPO / "nbgrader_config.py").read_bytes())
    return folder
