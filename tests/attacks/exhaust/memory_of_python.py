"""Fills memory with Python's objects.

Earns: 10
Says: memory limit of
Also: nbgrader, otter
"""

hoard = []
while True:
    hoard.append(bytearray(2**24))
