"""Writes over the grader's own files, and puts one where Python starts.

Earns: 10
Says: (PermissionError|OSError|FileNotFoundError).*
"""

import glob
import os
import site
import sys

refused = None
for path in (
    sys.modules["inside.wire"].__file__,
    os.path.join(os.path.dirname(sys.modules["inside.wire"].__file__), "sitecustomize.py"),
    torch.__file__,
    *(os.path.join(folder, "left.pth") for folder in sys.path[-2:]),
    f"{CLONE}/autograder/grading.py",
    "/usr/bin/python3",
    "/usr/left",
):
    try:
        with open(path, "a") as file:
            file.write("\nimport os\n")
    except OSError as error:
        refused = error
    else:
        raise RuntimeError(f"wrote {path}")
raise refused
