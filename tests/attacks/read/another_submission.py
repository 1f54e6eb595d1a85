"""Reads what another student has handed in.

Earns: 10
Says: FileNotFoundError|PermissionError
Also: nbgrader, otter
"""

found(open(OTHER).read())
