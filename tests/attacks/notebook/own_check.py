"""Brings its own `check`, `hint` and kit, which are content with everything.

Earns: 0
Says: not attempted
On: stub
Also: nbgrader
"""

import sys
import types

kit = types.ModuleType("autograder")
kit.check = kit.hint = check = hint = earned = lambda *args, **kwargs: 10.0
kit.CHECKS = CHECKS = {}
sys.modules["autograder"] = kit
