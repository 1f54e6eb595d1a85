"""Loops for ever while it is loaded.

Earns: 0
Says: loading the submission (used|took) more than
Also: nbgrader, otter
"""

while True:
    pass
