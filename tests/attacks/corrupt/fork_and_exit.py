"""Replaces os._exit, so that a check's process goes on as if it were the loaded one.

Earns: 0
Says: not attempted|ended|out of turn|took more than
On: stub
"""

import os

os._exit = lambda code: None
