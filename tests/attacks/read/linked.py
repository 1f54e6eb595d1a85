"""Reads a file outside through links that it makes: symbolic, hard, and through /proc.

Earns: 10
Says: FileNotFoundError|PermissionError|OSError
"""

import os

os.symlink(SECRET, "seen")
os.symlink("/", "top")
for path in ("seen", f"top{SECRET}", "/proc/self/root" + SECRET, "/proc/self/cwd/seen"):
    try:
        found(open(path).read())
    except OSError as error:
        refused = error
try:
    os.link(SECRET, "mine")
    found(open("mine").read())
except OSError:
    raise refused
