"""Fails while it is loaded with a message that holds half characters, which no text may.

Earns: 10
Says: ValueError: .*is no character
"""

import os

raise ValueError(f"{os.fsdecode(bytes([255]))} is no character")
