"""Opens the hidden checks where they lie.

Earns: 10
Says: FileNotFoundError|PermissionError
"""

found(open(f"{CLONE}/autograder/checks/hello_rnn/hidden.py").read())
