"""Makes empty files until it is stopped: they take no room, and take long to remove.

Earns: 0
Says: loading the submission (used|took) more than|limit of 64 MiB for files
"""

number = 0
while number < 10**6:
    open(f"{number:x}", "w").close()
    number += 1
