"""Sees to it that no file can be read by anybody, its own files neither.

Earns: 10
"""

import os

os.umask(0o777)
open("left", "w").close()
os.makedirs("folder")
