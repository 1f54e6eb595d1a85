"""Makes files that claim to be huge and are hollow.

Earns: 10
Says: limit of 16 MiB for a file
"""

import os

with open("hollow", "wb") as file:
    os.truncate("hollow", 2**46)
