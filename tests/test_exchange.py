"""What students may put into nbgrader's exchange, and what `collect` and `release_feedback` do."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from broken_notebooks import EXERCISE
from class_of import REPO
from nbgrader.utils import notebook_hash
from test_nbgrader import nbgrader, new_course

pytestmark = pytest.mark.slow

TIME = "2030-01-02 03:04:05.000006 UTC"
HONEST = ("ada", "zoe")
SECRET = "from nbgrader submit"


def hand_in(inbound: Path, student: str, **more: str) -> Path:
    """What `nbgrader submit` leaves, of a notebook that names its student."""
    folder = inbound / f"{student}+{EXERCISE}+{TIME}+abc"
    folder.mkdir()
    texts = {"timestamp.txt": TIME, "submission_secret.txt": SECRET + student} | more
    texts[f"{EXERCISE}.ipynb"] = json.dumps({"cells": [], "metadata": {"of": student}})
    for name, text in texts.items():
        (folder / name).write_text(text)
    return folder


def links_to_the_solution(inbound: Path) -> None:
    notebook = hand_in(inbound, "link") / f"{EXERCISE}.ipynb"
    notebook.unlink()
    notebook.symlink_to(inbound.parents[2] / "course" / "source" / EXERCISE / notebook.name)


def links_to_a_folder(inbound: Path) -> None:
    source = inbound.parents[2] / "course" / "source"
    (hand_in(inbound, "folder") / "more").symlink_to(source)
    (inbound / f"whole+{EXERCISE}+{TIME}+abc").symlink_to(source / EXERCISE)


def links_to_nothing(inbound: Path) -> None:
    (hand_in(inbound, "nothing") / "data.txt").symlink_to("/nowhere")


def hands_in_a_pipe(inbound: Path) -> None:
    os.mkfifo(hand_in(inbound, "pipe") / "data.txt")


def hands_in_a_file(inbound: Path) -> None:
    (inbound / f"file+{EXERCISE}+{TIME}+abc").write_text("{}")


def gives_no_time(inbound: Path) -> None:
    hand_in(inbound, "soon").rename(inbound / f"soon+{EXERCISE}+tomorrow+abc")
    hand_in(inbound, "late", **{"timestamp.txt": "tomorrow"})


def calls_themselves_something(inbound: Path) -> None:
    for name in ("..", "\x1b[31mred", "<b>"):
        hand_in(inbound, name)


def nests_folders(inbound: Path) -> None:
    folder = hand_in(inbound, "deep")
    for _ in range(100):
        folder = folder / "d"
        folder.mkdir()
    (folder / "x").write_text("x")


def hands_in_too_much(inbound: Path) -> None:
    with (hand_in(inbound, "large") / "data.bin").open("wb") as file:
        file.truncate(2**40)


TRICKS: list[Callable[[Path], None]] = [
    links_to_the_solution, links_to_a_folder, links_to_nothing, hands_in_a_pipe, hands_in_a_file,
    gives_no_time, calls_themselves_something, nests_folders, hands_in_too_much,
]  # fmt: skip


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose exchange is beside it, with the assignment released."""
    course = new_course(tmp_path / "course")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
        config.write("c.ExchangeCollect.check_owner = False\n")
    assert nbgrader(course, "release_assignment", EXERCISE).returncode == 0
    return course


def test_collect_takes_everybodys_files_and_no_links(course: Path) -> None:
    inbound = course.parent / "exchange" / "rnn" / "inbound"
    hand_in(inbound, "ada")
    for trick in TRICKS:
        trick(inbound)
    hand_in(inbound, "zoe")
    for more in ([], ["--update"]):
        done = nbgrader(course, "collect", EXERCISE, *more)
        assert done.returncode == 0, done.stderr[-2000:]
        assert "\x1b[31m" not in done.stderr
    submitted = {path.name: path / EXERCISE for path in (course / "submitted").iterdir()}
    assert {"..", "soon"} & submitted.keys() == set()
    for student in (*HONEST, "nothing", "pipe", "late", "deep", "large"):
        notebook = json.loads((submitted[student] / f"{EXERCISE}.ipynb").read_text())
        assert notebook["metadata"]["of"] == student
    secret = (REPO / "source" / EXERCISE / f"{EXERCISE}.ipynb").read_bytes()
    assert sorted(path.name for path in (submitted["link"]).iterdir()) == [
        "submission_secret.txt", "timestamp.txt",
    ]  # fmt: skip
    for folder, _, names in os.walk(course / "submitted"):
        for path in (Path(folder, name) for name in names):
            assert path.is_file()
            assert not path.is_symlink()
            assert path.read_bytes() != secret
    assert not (course / EXERCISE).exists()


def test_feedback_is_returned_to_everybody_who_can_be_found(course: Path) -> None:
    secrets = {"ada": "a", "by-mail": None, "odd": "\xff\x1b", "zoe": "z"}
    for student, secret in secrets.items():
        folder = course / "feedback" / student / EXERCISE
        folder.mkdir(parents=True)
        (folder / f"{EXERCISE}.html").write_text(f"of {student}")
        if secret is not None:
            (folder / "timestamp.txt").write_text(TIME)
            (folder / "submission_secret.txt").write_bytes(secret.encode("latin-1"))
    done = nbgrader(course, "release_feedback", EXERCISE)
    assert done.returncode == 0, done.stderr[-2000:]
    released = course.parent / "exchange" / "rnn" / "feedback"
    wanted = {f"{notebook_hash(secret=s, notebook_id=EXERCISE)}.html" for s in ("a", "z")}
    assert {path.name for path in released.iterdir()} == wanted
    [warning] = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert warning.endswith(f"feedback/by-mail/{EXERCISE}, feedback/odd/{EXERCISE}")
    assert nbgrader(course, "release_feedback", EXERCISE, "--student=zoe").returncode == 0
