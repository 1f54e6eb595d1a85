"""Lowers the limit of recursion to what is just in use.

Earns: 0
Says: RecursionError|recursion|ended
"""

import sys

for limit in range(5, 1000):
    try:
        sys.setrecursionlimit(limit)
        break
    except RecursionError:
        continue
