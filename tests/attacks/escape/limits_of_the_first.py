"""Lowers the limits of the zygote, from which every later submission inherits its own.

Earns: 10
Says: PermissionError|ProcessLookupError
"""

import os
import resource

for which in ("CPU", "FSIZE", "NOFILE", "NPROC", "DATA", "STACK"):
    resource.prlimit(os.getppid(), getattr(resource, f"RLIMIT_{which}"), (100, 100))
