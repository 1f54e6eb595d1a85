"""Leaves links that lead to each other, to themselves, up, and to every process.

Earns: 10
"""

import os

os.symlink("b", "a")
os.symlink("a", "b")
os.symlink(".", "here")
os.symlink("/proc/self/fd/0", "input")
os.symlink("/", "top")
os.makedirs("c/d")
os.symlink("../..", "c/d/up")
for name in ("d/back", "d/again"):
    os.symlink("/proc/self/cwd", f"c/{name}")
