"""Prints without end.

Earns: 0
Says: loading the submission printed more than 1 MiB
Also: nbgrader, otter
"""

for _ in range(10**6):
    print("x" * 10**4)
