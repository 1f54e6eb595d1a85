"""The command `autograder` as its users meet it: a real process, its output, its exit status."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from conftest import unexpected

RUN = [sys.executable, "-m", "autograder"]


def autograder(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip


@pytest.fixture
def workplace(tmp_path: Path, root: Path) -> Path:
    """A folder with a space in its name, the stub and a right submission."""
    folder = tmp_path / "my course"
    (folder / "exercises").mkdir(parents=True)
    shutil.copy(root / "exercises" / "hello_rnn.py", folder / "exercises")
    shutil.copy(root / "solutions" / "hello_rnn.py", folder / "right_hello_rnn.py")
    return folder


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["grade", "nowhere"], "nowhere does not exist"),
        (["grade", ".", "-e", "goodbye_rnn"], "There is no exercise 'goodbye_rnn'"),
        (["grade", "empty"], "Nothing to grade in empty"),
        (["grade", "texts"], "no .ipynb or .py file"),
        (["grade", "unclear"], "Cannot tell which exercise"),
        (["grade", "right_hello_rnn.py", "--isolation", "none"], "--isolation is one of"),
        (["check", "goodbye_rnn"], "There is no exercise 'goodbye_rnn'"),
        (["build"], "has no solutions"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(
    workplace: Path, arguments: list[str], says: str
) -> None:
    for name, file in (("empty", None), ("texts", "notes.txt"), ("unclear", "alice.py")):
        (workplace / name).mkdir()
        if file:
            (workplace / name / file).write_text("x = 1\n")
    done = autograder(*arguments, cwd=workplace)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""


def test_an_unreadable_file_is_a_row_with_the_reason(workplace: Path) -> None:
    (workplace / "bad_hello_rnn.ipynb").write_text("{")
    done = autograder("grade", ".", cwd=workplace)
    assert done.returncode == 1
    assert "bad_hello_rnn.ipynb" in done.stdout
    assert "not valid JSON" in done.stdout
    assert "right_hello_rnn.py         10 / 10" in done.stdout


def test_grade_prints_reports_as_json_and_writes_them(workplace: Path) -> None:
    done = autograder("grade", "right_hello_rnn.py", "--json", "--out", "out", cwd=workplace)
    assert (done.returncode, unexpected(done.stderr)) == (0, [])
    [report] = json.loads(done.stdout)
    assert report["score"] == report["max_score"] == 10
    assert {"submission", "exercise", "isolation", "versions", "seconds", "checks"} <= set(report)
    fields = {"id", "group", "title", "hidden", "status", "points", "max_points", "message", "hint"}
    assert all(fields <= set(check) for check in report["checks"])
    [written] = (workplace / "out").glob("*.json")
    assert json.loads(written.read_text()) == report


def test_check_tells_a_student_what_is_next(workplace: Path) -> None:
    done = autograder("check", "hello_rnn", cwd=workplace)
    assert done.returncode == 1
    assert "next_char_pairs is not written yet" in done.stdout
    assert "0 of 5 points by the visible checks" in done.stdout
    assert "Hint" not in done.stdout
    hinted = autograder("check", "hello_rnn", "--hint", cwd=workplace)
    assert hinted.stdout.count("Hint: ") == 8
    assert "Hint: Inputs are all characters but the last" in hinted.stdout
    shutil.copy(workplace / "right_hello_rnn.py", workplace / "exercises" / "hello_rnn.py")
    done = autograder("check", cwd=workplace)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 of 5 points by the visible checks" in done.stdout


def test_the_stub_says_in_one_line_what_is_not_written(workplace: Path, root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "exercises/hello_rnn.py"], cwd=workplace, capture_output=True, text=True,
        check=False, env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("Not written yet: next_char_pairs, SimpleRNN, ")


def test_an_interrupt_keeps_what_is_finished_and_leaves_no_process(workplace: Path) -> None:
    for number in range(6):
        shutil.copy(workplace / "right_hello_rnn.py", workplace / f"a{number}_hello_rnn.py")
    (workplace / "z_hello_rnn.py").write_text("import time\ntime.sleep(600)\n")
    process = subprocess.Popen(
        [*RUN, "grade", ".", "--jobs", "2", "--out", "out"], cwd=workplace, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # A shell without job control starts what runs in its background deaf to interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    seen: set[psutil.Process] = set()
    while len(list((workplace / "out").glob("*.json"))) < 2:
        assert process.poll() is None, process.communicate()
        seen.update(psutil.Process(process.pid).children(recursive=True))
        time.sleep(0.05)
    seen.update(psutil.Process(process.pid).children(recursive=True))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "10 / 10" in out
    for report in (workplace / "out").glob("*.json"):
        assert json.loads(report.read_text())["score"] == 10
    _, alive = psutil.wait_procs(seen, timeout=10)
    assert alive == []
