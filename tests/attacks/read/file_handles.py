"""Opens the file system's root by a handle, past every wall that goes by path.

Earns: 10
Says: PermissionError: .*open_by_handle
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
handle = (ctypes.c_char * 136)()
ctypes.c_uint.from_buffer(handle).value = 8
ctypes.c_int.from_buffer(handle, 4).value = 1
ctypes.c_ulonglong.from_buffer(handle, 8).value = 2  # the inode of many a root
fd = libc.open_by_handle_at(os.open(".", os.O_RDONLY), handle, os.O_RDONLY)
if fd < 0:
    raise OSError(ctypes.get_errno(), "open_by_handle_at refused")
found(os.listdir(fd))
