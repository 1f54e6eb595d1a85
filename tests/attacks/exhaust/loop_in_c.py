"""Loops in C, where Python sees no signal: a pattern that a regular expression never gets done with.

Earns: 0
Says: loading the submission (used|took) more than
"""

import re

re.match("(a+)+$", "a" * 64 + "b")
