"""Opens what the zygote and others have open, through /proc.

Earns: 10
Says: PermissionError|FileNotFoundError|LookupError: nothing
"""

import os

refused = LookupError("nothing is open to anybody else")
for pid in [BYSTANDER, os.getppid(), 1]:
    for link in ("root" + SECRET, "cwd", "fd", "fd/3", "map_files", "task", "exe"):
        path = f"/proc/{pid}/{link}"
        try:
            if link in ("root" + SECRET, "fd/3"):
                found(open(path, "rb").read(100))
            elif link in ("cwd", "exe"):
                where = os.readlink(path)
                found(where) if where.startswith(CLONE) else None
        except OSError as error:
            refused = error
raise refused
