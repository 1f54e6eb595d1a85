"""A mistake in a solution is one sentence that names the place, and then nothing is built."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sample_course import SAMPLE, checks, course

from autograder.course.build import BuildError, build, stale


def edit(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def without(text: str) -> Callable[[str], str]:
    return edit(text, "")


AN_END = "        return total\n        ### END SOLUTION\n"
A_BEGIN = "        ### BEGIN SOLUTION\n        return value * 2\n"
HALF_BEGIN = "    ### BEGIN SOLUTION\n    half"
HALF_END = "    return half\n    ### END SOLUTION\n"


def over_two_functions(text: str) -> str:
    return edit(AN_END, "        return total\n")(edit(A_BEGIN, "        return value * 2\n")(text))


MISTAKES: dict[str, tuple[Callable[[str], str], str, str]] = {
    # what is wrong: (how to get there, text on the line that is named, what the message says)
    "not closed": (
        edit(HALF_END, "    return half\n"),
        "### BEGIN SOLUTION",
        "close this region with '### END SOLUTION'",
    ),
    "not opened": (
        edit(HALF_BEGIN, "    half"),
        "### END SOLUTION",
        "put a '### BEGIN SOLUTION' before this",
    ),
    "nested": (
        edit("    return half\n", "    ### BEGIN SOLUTION\n"),
        "### BEGIN SOLUTION",
        "put a '### END SOLUTION' before this next '### BEGIN SOLUTION'",
    ),
    "no function": (
        edit(
            "def given(value: int) -> int:\n    return value + 1\n",
            "### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n",
        ),
        "### BEGIN SOLUTION",
        "put this region inside one function",
    ),
    "in a class body": (
        edit('    """Adds."""\n', "    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n"),
        "### BEGIN SOLUTION",
        "put this region inside one function",
    ),
    "over two functions": (
        over_two_functions,
        "### BEGIN SOLUTION",
        "put this region inside one function",
    ),
    "crooked": (
        edit(HALF_BEGIN, HALF_BEGIN.lstrip()),
        "### BEGIN SOLUTION",
        "both markers indented like its body",
    ),
    "group without checks": (
        edit('check("halving")', 'check("halfing")'),
        'check("halfing")',
        "group 'halfing' has no checks; write some, or name one that has: halving, adding.",
    ),
    "checks without a cell": (
        without('# %%\ncheck("halving")\n'),
        "",
        "group 'halving' has checks but no cell; add a cell with only check(\"halving\").",
    ),
    "doubled check": (
        edit('check("halving")', 'check("adding")'),
        'check("adding")',
        "'adding' names an earlier cell too",
    ),
    "doubled solution": (
        edit("def halve", "class Adder: ...\n\n\ndef halve"),
        "class Adder",
        "'solution-Adder' names an earlier cell too",
    ),
    "check among others": (
        edit('check("adding")', 'print()\ncheck("adding")'),
        'check("adding")',
        "alone into its own cell",
    ),
    "check that shows nothing": (
        edit('check("adding")', 'check("adding");'),
        'check("adding");',
        "alone into its own cell",
    ),
    "no points": (
        without("# ### POINTS 2.5 explanation\n"),
        "Your words",
        "give this cell, which is graded by hand, one line '### POINTS <number> <name>'",
    ),
    "points for nothing": (
        without(
            "# ### BEGIN MARK SCHEME\n# One point for the secret word.\n# ### END MARK SCHEME\n"
        ),
        "Explain it",
        "give this cell, which is graded by hand, one line '### POINTS",
    ),
    "mark scheme in an answer": (
        edit("# Your words:", "# ### BEGIN MARK SCHEME\n# ### END MARK SCHEME"),
        "### POINTS 2.5 explanation",
        "move the mark scheme to a '### POINTS 0 <name>' cell of its own above",
    ),
    "hidden tests": (
        edit("    return value + 1\n", "    ### BEGIN HIDDEN TESTS\n    return value + 1\n"),
        "HIDDEN TESTS",
        "move hidden checks to autograder/checks/sample/.",
    ),
    "syntax": (edit("import torch", "import"), "import", "correct the Python (invalid syntax)."),
    "cell cut in two": (
        edit("def given(value: int) -> int:\n", "def given(value: int) -> int:\n# %%\n"),
        "def given",
        "make each cell complete Python on its own",
    ),
    "no title": (
        edit("# # Sample", "# Sample"),
        "# %%",
        "start with a markdown cell that reads '# <title>'",
    ),
    "text before the first cell": (
        edit("# %% [markdown]\n# # S", "# S\n# %% [markdown]\n# # S"),
        "",
        "with '# %%'",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_that_names_the_place(tmp_path: Path, mistake: str) -> None:
    change, named, expected = MISTAKES[mistake]
    text = change(SAMPLE)
    root = course(tmp_path, text)
    with pytest.raises(BuildError) as caught:
        build(root, catalogue=checks)
    message = str(caught.value)
    found = re.match(r"solutions/sample\.py(?:, line (\d+))?: ", message)
    assert found, message
    assert bool(found.group(1)) == bool(named)
    assert not named or named in text.split("\n")[int(found.group(1)) - 1], message
    assert expected in message
    assert message.endswith(".")
    assert "\n" not in message
    assert sorted(path.name for path in root.iterdir()) == ["nbgrader_config.py", "solutions"], (
        "something was written"
    )


def test_an_unknown_exercise_and_a_folder_without_solutions_are_named(tmp_path: Path) -> None:
    root = course(tmp_path / "course")
    with pytest.raises(
        BuildError, match=r"There is no solutions/other\.py; the exercises are sample\."
    ):
        build(root, ["other"], catalogue=checks)
    for function in (build, stale):
        with pytest.raises(BuildError, match=r"has no solutions/\*\.py; go to the folder"):
            function(tmp_path)
    (root / "nbgrader_config.py").unlink()
    with pytest.raises(BuildError, match=r"has no nbgrader_config\.py"):
        build(root, catalogue=checks)


def test_what_nbgrader_refuses_is_one_sentence(tmp_path: Path) -> None:
    root = course(tmp_path)
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write('\nc.IncludeHeaderFooter.header = "missing.ipynb"\n')
    with pytest.raises(
        BuildError, match=r"^solutions/sample\.py: nbgrader makes no release .*missing\.ipynb.*\.$"
    ):
        build(root, catalogue=checks)
