"""Makes links from its folder to things outside, and has whoever cleans up follow them.

Earns: 10
Says: PermissionError|FileNotFoundError|OSError
"""

import os

os.symlink(os.path.dirname(SECRET), "folder")
os.symlink(SECRET, "file")
os.symlink("loop", "loop")
os.makedirs("inner")
os.symlink("../..", "inner/up")
os.link(SECRET, "hard")
