"""Ends its process with success while it is loaded.

Earns: 0
Says: ended its own process .exit code 0
Also: nbgrader, otter
"""

import os

os._exit(0)
