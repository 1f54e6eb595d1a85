"""Leaves a thread that gives the grader's functions other bodies while it is at work.

Earns: 0
Says: not attempted
On: stub
Also: nbgrader, otter
"""

import sys
import threading
import time


def rebind():
    while True:
        for module in list(sys.modules.values()):
            if {"CHECKS", "earned"} <= vars(module).keys():
                module.earned = lambda *args: 2.5
                for checks in module.CHECKS.values():
                    for check in checks:
                        if hasattr(check, "__code__") and not check.__code__.co_freevars:
                            check.__code__ = (lambda student: None).__code__
        time.sleep(0.001)


threading.Thread(target=rebind, daemon=True).start()
