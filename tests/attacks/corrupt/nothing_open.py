"""Closes every descriptor it has.

Earns: 0
Says: ended its own process|nothing is known
"""

import os

os.closerange(0, 4096)
