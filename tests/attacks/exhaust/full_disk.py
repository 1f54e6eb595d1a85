"""Fills its folder with files.

Earns: 10
Says: limit of 64 MiB for files
Needs: namespace
"""

for number in range(300):
    with open(f"part{number}", "wb") as file:
        file.write(bytes(2**24 - 1))
