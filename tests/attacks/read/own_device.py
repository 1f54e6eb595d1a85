"""Makes a device node for the disk, to read it.

Earns: 10
Says: PermissionError
"""

import os
import stat

os.mknod("disk", 0o666 | stat.S_IFBLK, os.makedev(254, 0))
found(open("disk", "rb").read(100))
