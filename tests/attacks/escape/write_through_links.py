"""Writes to files outside, by their paths, by paths that climb, and through links.

Earns: 10
Says: PermissionError|FileNotFoundError|Read-only
Also: nbgrader, otter
"""

import os

os.symlink(SECRET, "in")
climbing = "../" * 12
for path in (SECRET, climbing + SECRET, "in", OTHER, f"/proc/self/root{SECRET}",
             f"/proc/self/cwd/{climbing}{SECRET}"):
    try:
        with open(path, "r+") as file:
            file.write("changed")
    except OSError as error:
        refused = error
raise refused
