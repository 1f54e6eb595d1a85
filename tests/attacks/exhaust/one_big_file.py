"""Writes one file without end.

Earns: 10
Says: limit of 16 MiB for a file
Also: nbgrader, otter
"""

with open("big", "wb", buffering=0) as file:
    while file.tell() < 2**32:
        file.write(bytes(2**22))
