"""Lowers its own limits so far that no check can be forked, and none can open a file.

Earns: 0
Says: ended its own process
"""

import resource

for which in ("NPROC", "NOFILE", "FSIZE", "STACK"):
    resource.setrlimit(getattr(resource, f"RLIMIT_{which}"), (3, 3))
