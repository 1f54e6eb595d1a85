"""Replaces the streams by objects that raise, and closes the real ones.

Earns: 10
Also: nbgrader, otter
"""

import sys


class Broken:
    def __getattribute__(self, name):
        raise RuntimeError(name)


sys.stdout.close()
sys.stderr.close()
sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = sys.stdin = Broken()
