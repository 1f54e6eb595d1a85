"""Adds an audit hook, which nothing can remove, and which refuses whatever is done.

Earns: 0
Says: ended|refused
"""

import sys


def refuse(event, arguments):
    if event in ("open", "import", "compile", "os.fork", "socket.__new__", "exec", "os.kill"):
        raise PermissionError(f"{event} refused")


sys.addaudithook(refuse)
