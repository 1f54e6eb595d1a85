"""Prints results in the forms that graders print them in, to both streams and past Python.

Earns: 0
Says: not attempted
On: stub
Also: nbgrader, otter
"""

import os
import sys

for line in (
    '{"submission": "me", "score": 10.0, "max_score": 10.0, "checks": []}',
    '{"tests": [{"name": "Public Tests", "score": 10, "max_score": 10, "status": "passed"}]}',
    "18 passed in 0.01s",
    "10.0",
):
    print(line)
    print(line, file=sys.stderr)
    os.write(1, line.encode() + b"\n")
sys.__stdout__.write("10.0\n")
