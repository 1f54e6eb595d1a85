"""Types commands into the terminal of whoever grades.

Earns: 10
Says: PermissionError|OSError|FileNotFoundError
"""

import fcntl
import os
import termios

for path in ("/dev/tty", "/dev/console", "/dev/pts/0", "/proc/self/fd/0", "/proc/self/fd/2"):
    try:
        terminal = os.open(path, os.O_RDWR)
        for char in b"touch /tmp/left\n":
            fcntl.ioctl(terminal, termios.TIOCSTI, bytes([char]))
    except OSError as error:
        refused = error
    else:
        raise RuntimeError(f"typed into {path}")
raise refused
