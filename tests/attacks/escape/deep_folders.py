"""Leaves thousands of folders one inside the other, too deep for whoever cleans up by recursion.

Earns: 10
"""

import os

for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
