"""Opens a file outside by its path.

Earns: 10
Says: FileNotFoundError|PermissionError
Also: nbgrader, otter
"""

found(open(SECRET).read())
