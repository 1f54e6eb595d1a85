"""(a) The limit: one bare fork of a process with torch loaded, and the calls into the submission.

Run as `python -m bench.limit NOTEBOOK`; each line on stdin is answered by one measured fork.
"""

import os
import sys
import time
import traceback
import types
from pathlib import Path

from autograder.sandbox.inside import zygote
from autograder.sandbox.inside.loading import KitInStudentCode
from autograder.submission import notebook_cells

from .contender import answer, serve


def main(notebook: Path) -> None:
    """Warm this process up exactly as a zygote is, then fork once for each order."""
    from . import direct

    cells = notebook_cells(notebook.read_bytes())
    sys.modules["autograder"] = KitInStudentCode("autograder")
    zygote._warm_up()
    answer({"fork": lambda: _fork(cells, direct)})


def _fork(cells: list[str], direct: types.ModuleType) -> float:
    """Seconds from the fork to the end of the forked process."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            _calls(cells, direct)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    seconds = time.perf_counter() - began
    if status:
        raise RuntimeError("the right submission raised")
    return seconds


def _calls(cells: list[str], direct: types.ModuleType) -> None:
    # Not "__main__": the exploration at the end of the notebook is not run by a grader either.
    student = types.ModuleType("hello_rnn")
    for source in cells:
        exec(compile(source, "<cell>", "exec"), student.__dict__)
    for call in direct.CALLS:
        call(student)


if __name__ == "__main__":
    serve(main)
