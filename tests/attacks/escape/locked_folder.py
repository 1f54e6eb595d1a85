"""Leaves folders that nobody may look into, write in or remove.

Earns: 10
"""

import os

os.makedirs("locked/inner")
open("locked/inner/left", "w").close()
for path in ("locked/inner", "locked"):
    os.chmod(path, 0)
