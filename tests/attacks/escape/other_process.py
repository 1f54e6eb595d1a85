"""Goes on in a child, while the process that was started stays behind and does nothing.

Earns: 10
"""

import os
import signal

if os.fork():
    while True:
        signal.pause()
