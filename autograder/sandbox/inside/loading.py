"""Runs the code cells of a submission in order, as the module they would be."""

import __future__

import contextlib
import linecache
import sys
import traceback
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .wire import Problem

_FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
TEXT_LIMIT = 2000
"""Characters kept of a message that student code composed."""


def run_cells(name: str, cells: Sequence[str]) -> tuple[types.ModuleType, list[Problem]]:
    """A module called `name` in which `cells` have run, and what went wrong in which cell.

    A cell that raises, or is no valid Python, does not keep the later ones from running. IPython
    magics do nothing (a `%%time` cell runs its body).
    """
    module = types.ModuleType(name)
    module.__dict__["get_ipython"] = lambda: _Magics(module)
    sys.modules[name] = module
    problems: list[Problem] = []
    flags = 0
    for number, source in enumerate(cells, start=1):
        filename = f"<{name} cell {number}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        try:
            code = _compile(source, filename, flags)
            flags |= code.co_flags & _FUTURES
            exec(code, module.__dict__)
        except BaseException as error:
            problems.append(Problem(number, type(error).__name__, text_of(error), where(error)))
    return module, problems


def where(error: BaseException) -> str:
    """The innermost line of a cell that `error` came from, as "cell 3, line 7: the code"."""
    if isinstance(error, SyntaxError) and (error.filename or "").startswith("<"):
        cell = (error.filename or "").strip("<>").rpartition(" cell ")[2]
        return _cut(f"cell {cell}, line {error.lineno}: {(error.text or '').strip()}")
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        cell = frame.filename.strip("<>").rpartition(" cell ")[2]
        if frame.filename.startswith("<") and cell.isdecimal():
            return _cut(f"cell {cell}, line {frame.lineno}: {frame.line}")
        if frame.filename.endswith(".py") and "ipykernel_" in frame.filename:
            return _cut(f"line {frame.lineno}: {frame.line}")
    return ""


def text_of(error: BaseException) -> str:
    """`str(error)`, cut to size; its `__str__` is student code too and may do anything."""
    try:
        own = error.msg if isinstance(error, SyntaxError) else error
        text = str(own.args[0] if isinstance(own, KeyError) and own.args else own)
    except BaseException:
        text = "(its message cannot be shown)"
    return _cut(text)


def _cut(text: str) -> str:
    """Not more than TEXT_LIMIT of it, without half characters, which no message can hold."""
    return text[:TEXT_LIMIT].encode("utf-8", "replace").decode()


def _compile(source: str, filename: str, flags: int) -> types.CodeType:
    """Compile a cell; only if that fails, look for IPython syntax in it."""
    try:
        code: types.CodeType = compile(source, filename, "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        try:
            from IPython.core.inputtransformer2 import TransformerManager

            python = TransformerManager().transform_cell(source)
            code = compile(python, filename, "exec", flags, dont_inherit=True)
        except (ImportError, SyntaxError):
            raise error from None
    return code


class _Magics:
    """Stands where IPython's shell would: magics and shell commands do nothing."""

    _RUN_BODY = frozenset({"time", "timeit", "capture", "prun"})

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module

    def run_line_magic(self, *args: Any, **kwargs: Any) -> None:
        """Neutral."""

    def system(self, *args: Any, **kwargs: Any) -> None:
        """Neutral."""

    def getoutput(self, *args: Any, **kwargs: Any) -> list[str]:
        """Neutral."""
        return []

    def run_cell_magic(self, magic: str, line: str, body: str) -> None:
        """Run the body of the magics that only watch it; skip those of other languages."""
        if magic in self._RUN_BODY:
            exec(
                compile(body, f"<{self._module.__name__} %%{magic}>", "exec"), self._module.__dict__
            )


def corpus(name: str) -> Path:
    """The file of a text that comes with the kit, such as "haiku.txt": here and in the sandbox."""
    return Path(__file__).parent / "corpus" / name


class KitInStudentCode(types.ModuleType):
    """What `import autograder` finds in the sandbox: calls that do nothing, except `corpus`.

    `check`, `hint` and the like belong to the student's own session; graded code may still
    import and call them. A text of the kit can be read here too: cells may use one as they load.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return {"exploration": _skip, "corpus": corpus}.get(name, _nothing)


def _nothing(*args: Any, **kwargs: Any) -> None:
    return None


@contextlib.contextmanager
def _skip(*args: Any, **kwargs: Any) -> Iterator[None]:
    yield
