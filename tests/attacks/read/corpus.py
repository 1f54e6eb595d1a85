"""Asks the kit for a text of its own, by a path that climbs out to the hidden checks.

Earns: 10
Says: FileNotFoundError|PermissionError
"""

from autograder import corpus

found(corpus("../../../checks/hello_rnn/hidden.py").read_text())
