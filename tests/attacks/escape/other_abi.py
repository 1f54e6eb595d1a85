"""Makes system calls by their 32-bit numbers, which a filter for 64 bits might pass over.

Earns: 10
Says: refused
"""

import ctypes
import mmap
import os
import platform

if platform.machine() != "x86_64":
    raise OSError("refused: this processor has no other numbers")
for number, first, second in ((310, 0x10000000, 0), (359, 2, 1)):  # unshare, socket
    code = (  # push rbx; eax = number; ebx = first; ecx = second; edx = 0; int 0x80; pop rbx; ret
        b"\x53\xb8" + number.to_bytes(4, "little") + b"\xbb" + first.to_bytes(4, "little")
        + b"\xb9" + second.to_bytes(4, "little") + b"\x31\xd2\xcd\x80\x5b\xc3"
    )
    pid = os.fork()
    if pid == 0:
        page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS,
                         mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(code)
        address = ctypes.addressof(ctypes.c_char.from_buffer(page))
        os._exit(0 if ctypes.CFUNCTYPE(ctypes.c_int)(address)() >= 0 else 1)
    if os.waitpid(pid, 0)[1] == 0:
        raise RuntimeError(f"system call {number} was made")
raise OSError("refused, one way or another")
