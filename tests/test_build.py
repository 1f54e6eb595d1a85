"""The build: the same bytes everywhere, and nothing of a solution in what students get."""

import difflib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sample_course import REPO, SAMPLE, FakeCheck, checks, course

from autograder.course.build import Built, build, leftovers, stale

SOLUTIONS = sorted((REPO / "solutions").glob("[!_]*.py"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built course, not to be changed."""
    root = course(tmp_path_factory.mktemp("with a space") / "course [1]")
    build(root, catalogue=checks)
    return root


def read(root: Path, step: str) -> dict[str, Any]:
    """The cells of the sample's notebook, by id, after nbformat and nbgrader found it valid."""
    from nbgrader.nbgraderformat import reads

    text = (root / step / "sample" / "sample.ipynb").read_text(encoding="utf-8")
    notebook = reads(text, as_version=4)
    nbformat.validate(notebook)
    return {cell["id"]: cell for cell in notebook.cells}


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


# --- what is built ---


def test_two_builds_in_different_folders_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    other = course(tmp_path / "elsewhere")
    build(other, catalogue=checks)
    assert snapshot(other) == snapshot(built)


def test_the_points_of_each_group_are_summed_and_written(tmp_path: Path) -> None:
    root = course(tmp_path)
    [result] = build(root, catalogue=checks)
    assert isinstance(result, Built)
    assert result.points == {
        "adding": 4.0,
        "halving": pytest.approx(0.3),
        "explanation-marks": 0.0,
        "explanation": 2.5,
    }
    assert [path.as_posix() for path in result.paths] == [
        "exercises/sample.py",
        "source/sample/sample.ipynb",
        "release/sample/sample.ipynb",
        "autograder/checks/sample/exercise.json",
    ]
    assert result.changed == result.paths
    points = (root / "autograder/checks/sample/exercise.json").read_text(encoding="utf-8")
    groups = json.loads(points)["groups"]
    assert set(groups) == {"adding", "halving"}
    assert groups["adding"] == {"total": 4, "visible": 3, "extra": 0}
    assert groups["halving"]["visible"] == pytest.approx(0.1)
    assert points.endswith("}\n")
    [again] = build(root, ["sample"], catalogue=checks)
    assert again.changed == ()


@pytest.mark.parametrize("step", ["source", "release"])
def test_cells_get_nbgraders_metadata(built: Path, step: str) -> None:
    expected = {
        "sample-text-1": None,
        "sample-given-1": None,
        "sample-given-2": None,
        "sample-solution-Adder": (False, True, False, False, None),
        "sample-check-adding": (True, False, True, False, 4),
        "sample-solution-halve": (False, True, False, False, None),
        "sample-check-halving": (True, False, True, False, pytest.approx(0.3)),
        "sample-task-explanation-marks": (False, False, True, True, 0),
        "sample-answer-explanation": (True, True, False, False, 2.5),
        "sample-given-3": None,
    }
    keys = ("grade", "solution", "locked", "task", "points")
    cells = read(built, step)
    found = {
        cell_id: tuple(cell.metadata.nbgrader.get(key) for key in keys)
        if "nbgrader" in cell.metadata
        else None
        for cell_id, cell in cells.items()
    }
    assert found == expected
    assert cells["sample-solution-Adder"].metadata.nbgrader.grade_id == "solution-Adder"
    assert cells["sample-check-adding"].metadata.nbgrader.grade_id == "adding"
    assert cells["sample-answer-explanation"].metadata.nbgrader.grade_id == "explanation"
    assert cells["sample-solution-halve"].metadata.tags == ["wide"]


def test_notebooks_name_their_exercise_and_kernel(built: Path) -> None:
    for step in ("source", "release"):
        notebook = json.loads((built / step / "sample" / "sample.ipynb").read_bytes())
        assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
        assert notebook["metadata"] == {
            "autograder": {"exercise": "sample"},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }


def test_stub_and_release_say_the_same(built: Path) -> None:
    import jupytext

    stub = jupytext.reads(
        (built / "exercises" / "sample.py").read_text(encoding="utf-8"), fmt="py:percent"
    )
    assert [cell.source for cell in stub.cells] == [
        cell.source for cell in read(built, "release").values()
    ]


def test_a_stub_names_the_function_that_is_not_written(built: Path) -> None:
    stub = (built / "exercises" / "sample.py").read_text(encoding="utf-8")
    raises = [line for line in stub.split("\n") if "raise " in line]
    assert raises == [
        '        raise NotImplementedError("Adder.__init__ is not written yet")',
        '        raise NotImplementedError("Adder.add is not written yet")',
        '        raise NotImplementedError("double is not written yet")',
        '    raise NotImplementedError("halve is not written yet")',
    ]
    compile(stub, "exercises/sample.py", "exec")


def test_the_source_keeps_solutions_and_mark_schemes(built: Path) -> None:
    source = (built / "source" / "sample" / "sample.ipynb").read_text(encoding="utf-8")
    for kept in (
        "self.secret_start = start",
        "secret half",
        "BEGIN MARK SCHEME",
        "The secret answer.",
        "é",
    ):
        assert kept in source
    assert "### POINTS" not in source


# --- what students get ---


def regions(text: str) -> list[str]:
    """The lines that students must not see: those between markers that say anything."""
    hidden, inside = [], False
    for line in text.split("\n"):
        if "### BEGIN" in line or "### END" in line:
            inside = "BEGIN" in line
        elif inside and len(line.strip("# ")) > 1:
            hidden.append(line.strip("# ") if line.startswith("#") else line.strip())
    return hidden


def assert_nothing_leaks(root: Path, exercise: str) -> None:
    solution = (root / "solutions" / f"{exercise}.py").read_text(encoding="utf-8")
    shown_anyway = {line.strip() for line in outside_regions(solution)}
    secrets = [*regions(solution), *hidden_checks(root, exercise)]
    secrets = [line for line in secrets if line not in shown_anyway]
    assert secrets
    release = json.loads((root / "release" / exercise / f"{exercise}.ipynb").read_bytes())
    assert not any(cell.get("outputs") for cell in release["cells"])
    students = {
        "exercises": (root / "exercises" / f"{exercise}.py").read_text(encoding="utf-8"),
        "release": "\n".join("".join(cell["source"]) for cell in release["cells"]),
    }
    for where, text in students.items():
        lines = {line.strip("# ") for line in text.split("\n")} | {
            line.strip() for line in text.split("\n")
        }
        for secret in secrets:
            assert secret not in lines, f"{where}/{exercise} shows {secret!r}"
        for marker in (
            "BEGIN SOLUTION",
            "END SOLUTION",
            "MARK SCHEME",
            "HIDDEN TESTS",
            "### POINTS",
        ):
            assert marker not in text, f"{where}/{exercise} shows {marker!r}"


def hidden_checks(root: Path, exercise: str) -> list[str]:
    """The lines of the hidden checks that say anything."""
    files = (root / "autograder" / "checks" / exercise).glob("hidden.py")
    lines = [
        line.strip() for path in files for line in path.read_text(encoding="utf-8").split("\n")
    ]
    return [line for line in lines if len(line) > 1 and not line.startswith(("import ", "from "))]


def outside_regions(solution: str) -> list[str]:
    """The lines outside all regions, which a solution may happen to repeat."""
    kept, inside = [], False
    for line in solution.split("\n"):
        if "### BEGIN" in line or "### END" in line:
            inside = "BEGIN" in line
        elif not inside:
            kept.append(line)
    return kept


def test_no_line_of_a_solution_reaches_students(built: Path) -> None:
    assert len(regions((built / "solutions" / "sample.py").read_text(encoding="utf-8"))) == 8
    assert_nothing_leaks(built, "sample")


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.stem)
def test_no_line_of_the_courses_solutions_reaches_students(solution: Path) -> None:
    assert_nothing_leaks(REPO, solution.stem)


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.stem)
def test_a_stub_differs_from_its_solution_in_the_regions_only(solution: Path) -> None:
    text = solution.read_text(encoding="utf-8")
    stub = (REPO / "exercises" / solution.name).read_text(encoding="utf-8")
    added = [
        line[2:]
        for line in difflib.ndiff(outside_regions(text), stub.split("\n"))
        if line[0] == "+"
    ]
    removed = [
        line[2:]
        for line in difflib.ndiff(outside_regions(text), stub.split("\n"))
        if line[0] == "-"
    ]
    assert [line for line in removed if line.strip() and "### POINTS" not in line] == []
    assert all(
        "raise NotImplementedError(" in line or "Write your answer" in line
        for line in added
        if line.strip()
    )


def test_what_is_committed_is_up_to_date() -> None:
    assert stale(REPO) == []


def test_nbgraders_own_command_gives_the_same_release(built: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    (root / "source" / "sample").mkdir(parents=True)
    for name in ("nbgrader_config.py", "source/sample/sample.ipynb"):
        (root / name).write_bytes((built / name).read_bytes())
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(tmp_path / "nothing"),
        # nbgrader calls alembic by its name.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(REPO),
    }
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "sample"]
    # With --force nbgrader takes another path, by way of the gradebook that exists by then.
    for arguments in (command, [*command, "--force"]):
        done = subprocess.run(
            arguments, cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stderr
        released = "release/sample/sample.ipynb"
        assert (root / released).read_bytes() == (built / released).read_bytes()


def test_the_notebooks_are_as_jupyter_saves_them(built: Path, tmp_path: Path) -> None:
    for step in ("source", "release"):
        text = (built / step / "sample" / "sample.ipynb").read_text(encoding="utf-8")
        nbformat.write(nbformat.reads(text, as_version=4), tmp_path / "saved.ipynb")  # type: ignore[no-untyped-call]
        assert (tmp_path / "saved.ipynb").read_text(encoding="utf-8") == text


def test_the_configuration_is_json_as_formgrader_shows_it() -> None:
    from traitlets.config.loader import PyFileConfigLoader

    json.dumps(PyFileConfigLoader("nbgrader_config.py", path=str(REPO)).load_config())


# --- what is out of date ---


def test_check_names_what_is_missing_changed_or_left_over(tmp_path: Path) -> None:
    root = course(tmp_path)
    build(root, catalogue=checks)
    assert stale(root, catalogue=checks) == []
    assert leftovers(root) == []

    (root / "exercises" / "sample.py").unlink()
    with (root / "release/sample/sample.ipynb").open("a", encoding="utf-8") as file:
        file.write("\n")
    for name in ("exercises", "source/gone", "release/by_hand"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "exercises" / "gone.py").write_text("", encoding="utf-8")
    (root / "source/gone/gone.ipynb").write_bytes(
        (root / "source/sample/sample.ipynb").read_bytes()
    )
    (root / "release/by_hand/by_hand.ipynb").write_text('{"metadata": {}}', encoding="utf-8")
    gone = ["exercises/gone.py", "source/gone/gone.ipynb"]
    expected = [
        "exercises/gone.py",
        "exercises/sample.py",
        "release/sample/sample.ipynb",
        "source/gone/gone.ipynb",
    ]
    assert stale(root, catalogue=checks) == expected
    assert leftovers(root) == gone
    build(root, catalogue=checks)
    assert stale(root, catalogue=checks) == gone


def test_check_sees_new_points_and_a_changed_solution(tmp_path: Path) -> None:
    root = course(tmp_path)
    build(root, catalogue=checks)

    def harder(exercise: str) -> Sequence[FakeCheck]:
        return [*checks(exercise), FakeCheck("adding", 1.0, True)]

    notebooks = ["release/sample/sample.ipynb", "source/sample/sample.ipynb"]
    assert stale(root, catalogue=harder) == ["autograder/checks/sample/exercise.json", *notebooks]
    solution = root / "solutions" / "sample.py"
    solution.write_text(SAMPLE.replace("value * 2", "2 * value"), encoding="utf-8")
    assert stale(root, catalogue=checks) == ["source/sample/sample.ipynb"]


def test_importing_the_build_is_cheap_and_building_is_quiet(tmp_path: Path) -> None:
    root = course(tmp_path)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from autograder.course.build import build\n"
        "assert not {'nbconvert', 'nbgrader', 'nbformat', 'jupytext', 'torch'} & set(sys.modules)\n"
        f"sys.path.insert(0, {str(REPO / 'tests')!r})\n"
        "from test_build import checks\n"
        "build(Path.cwd(), catalogue=checks)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(REPO)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
