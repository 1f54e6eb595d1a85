"""Answers every import from now on with a module in which all functions do nothing.

Earns: 0
Says: not attempted
On: stub
Also: nbgrader, otter
"""

import importlib.abc
import importlib.machinery
import sys


class Obliging(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def exec_module(self, module):
        module.__getattr__ = lambda name: lambda *args, **kwargs: True


sys.meta_path.insert(0, Obliging())
for name in ("asserted", "pytest", "msgspec"):
    sys.modules.pop(name, None)
