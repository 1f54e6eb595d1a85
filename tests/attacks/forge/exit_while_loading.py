"""Exits with success in its first cell, before anybody has looked.

Earns: 0
Says: SystemExit
On: stub
Also: nbgrader, otter
"""

import sys

print("10.0")
sys.exit(0)
