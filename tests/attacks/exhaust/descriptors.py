"""Opens files until there are no descriptors left, and keeps them.

Earns: 10
Says: Too many open files|PermissionError
"""

import os
import resource

resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))
kept = []
try:
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
finally:
    for fd in kept:
        os.close(fd)
