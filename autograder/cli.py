"""The command `autograder`: reads arguments, calls the rest, shows what comes of it."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Exercises on recurrent networks: checked, built and graded.",
)

DONE, FELL_SHORT, COULD_NOT_RUN = 0, 1, 2


def main() -> None:
    """Run the command line; exit 0 done, 1 something fell short, 2 could not run, 130 stopped."""
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever read our output has left


@app.command()
def check(
    exercise: Annotated[Optional[str], typer.Argument(help="Such as hello_rnn.")] = None,  # noqa: UP045
    watch: Annotated[bool, typer.Option(help="Check again whenever the file is saved.")] = False,
    hint: Annotated[
        bool, typer.Option("--hint", help="Add a hint to whatever does not pass.")
    ] = False,
) -> None:
    """Run the visible checks on your own exercises/<exercise>.py, with the reason of each."""
    from .classroom.attempts import attempts, check_file

    with _refusals():
        files = attempts(Path.cwd(), exercise)
        passed = [check_file(name, path, _console(), hint) for name, path in files]
        if watch:
            from watchfiles import watch as changes

            _console().print("[dim]Watching; Ctrl-C ends it.[/dim]")
            for _ in changes(*(path for _, path in files), raise_interrupt=False):
                for name, path in files:
                    check_file(name, path, _console(), hint)
    raise typer.Exit(DONE if all(passed) else FELL_SHORT)


@app.command()
def grade(
    paths: Annotated[list[Path], typer.Argument(help=".py or .ipynb files, or folders of them.")],
    exercise: Annotated[Optional[str], typer.Option("--exercise", "-e")] = None,  # noqa: UP045
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jobs", "-j", min=1, help="How many at a time; by default one per core."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the reports as a JSON array.")
    ] = False,
    out: Annotated[
        Optional[Path], typer.Option(help="Folder for one JSON report each, as they come.")  # noqa: UP045
    ] = None,
    isolation: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(help="namespace, user or process; namespace insists on bubblewrap."),
    ] = None,
) -> None:
    """Grade submissions in the sandbox, with the hidden checks."""
    from .classroom.grade import grade_paths

    with _refusals():
        full = grade_paths(paths, exercise, jobs or os.cpu_count() or 1, json, out, isolation)
    raise typer.Exit(DONE if full else FELL_SHORT)


@app.command("class")
def class_(
    assignment: Annotated[str, typer.Argument(help="Such as hello_rnn.")],
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jobs", "-j", min=1, help="How many at a time; by default one per core."),
    ] = None,
) -> None:
    """Grade all of submitted/ in parallel and record it in nbgrader's gradebook."""
    from .classroom.whole_class import CourseError, GradebookError, grade_class

    with _refusals(CourseError, GradebookError):
        recorded = grade_class(Path.cwd(), assignment, jobs or os.cpu_count() or 1, _console())
    raise typer.Exit(DONE if recorded else FELL_SHORT)


@app.command()
def report(
    exercise: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="Such as hello_rnn; by default all in reports/."),
    ] = None,
    folder: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--from", help="Folder of reports; by default reports/EXERCISE."),
    ] = None,
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(help="The page; by default reports/EXERCISE[_anonymous].html."),
    ] = None,
    anonymous: Annotated[
        bool, typer.Option("--anonymous", help="Without names, paths and links.")
    ] = False,
) -> None:
    """Make a page for the class from the reports that grading has left: one HTML file."""
    from .classroom.class_page import NothingToReport, class_pages, counted

    with _refusals(NothingToReport):
        for page in class_pages(Path(), exercise, folder, out, anonymous):
            print(f"{page.path}: {counted(page.submissions, 'submission')}")
            for file in page.left_out:
                print(f"Left out, as it cannot be read: {file}")


@app.command()
def build(
    check: Annotated[bool, typer.Option("--check", help="Only say what is out of date.")] = False,
) -> None:
    """Build exercises/, source/ and release/ from solutions/."""
    from .course.build import build as build_all
    from .course.build import stale
    from .report import points_text

    with _refusals():
        root = Path.cwd()
        if check:
            old = stale(root)
            for path in old:
                print(f"{path} is out of date: run `autograder build`.")
            raise typer.Exit(FELL_SHORT if old else DONE)
        for built in build_all(root):
            parts = [
                f"{name} {points_text(worth)}" for name, worth in built.points.items() if worth
            ]
            total = points_text(sum(built.points.values()))
            more = f", extra credit {points_text(built.extra)}" if built.extra else ""
            print(f"{built.exercise}: {total} points ({', '.join(parts)}){more}")


@app.command()
def validate(
    exercises: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(help="Such as hello_rnn; by default all of solutions/."),
    ] = None,
    seeds: Annotated[
        int, typer.Option(min=0, help="Grade the solution and close wrong models with N seeds.")
    ] = 0,
    repeats: Annotated[
        int, typer.Option(min=0, help="Grade some submissions N times: is the report the same?")
    ] = 0,
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jobs", "-j", min=1, help="How many at a time; by default one per core."),
    ] = None,
) -> None:
    """For authors: is an exercise well made? Checks its solution, stub, bank and build."""
    from .course.build import wanted

    with _refusals():
        root, at_once = Path.cwd(), jobs or os.cpu_count() or 1
        names = wanted(root, exercises or None)
        out = _console(wide=True)
        held = []
        if seeds:
            from .course.calibrate import calibrate

            held.append(calibrate(root, names, seeds, at_once, out))
        if repeats:
            from .course.repeat import repeat

            held.append(repeat(root, names, repeats, out))
        if not seeds and not repeats:
            from .course.validate import validate as validate_all

            held.append(validate_all(root, names, at_once, out))
    raise typer.Exit(DONE if all(held) else FELL_SHORT)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Where the sample course goes.")] = Path("demo"),
) -> None:
    """Grade a small sample class from submissions to gradebook, feedback pages and grades.csv."""
    from .classroom.demo import run

    with _refusals():
        run(Path.cwd(), folder, _console())


def _console(wide: bool = False) -> "Console":
    """The terminal; where there is none and tables are `wide`, room for every column."""
    from rich.console import Console

    console = Console()
    return Console(width=160) if wide and not console.is_terminal else console


@contextlib.contextmanager
def _refusals(*more: type[Exception]) -> Iterator[None]:
    """Turn what the user can do something about into one sentence and exit status 2."""
    from .checks import CheckError
    from .classroom.finding import NothingToGrade
    from .course.bank import BankError
    from .course.build import BuildError
    from .remembered import RememberedError
    from .sandbox.walls import SandboxError

    known: tuple[type[Exception], ...] = (
        NothingToGrade, BankError, BuildError, SandboxError, CheckError, RememberedError, *more
    )  # fmt: skip
    try:
        yield
    except known as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{error.filename or 'A file'}: {error.strerror}.")
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        raise typer.Exit(130) from None


def _refuse(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise typer.Exit(COULD_NOT_RUN)
