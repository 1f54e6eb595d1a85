"""Imports the checks, from the clone and through whatever an editable install has left.

Earns: 10
Says: ModuleNotFoundError|LookupError: nothing
"""

import importlib
import sys

sys.modules.pop("autograder", None)
sys.path[:0] = [CLONE, "."]
for name in list(sys.path):
    sys.path_importer_cache.pop(name, None)
for finder in [m for m in sys.modules if m.startswith("__editable__")]:
    found(sys.modules[finder].MAPPING)
found(importlib.import_module("autograder.checks.hello_rnn.hidden").LETTERS)
