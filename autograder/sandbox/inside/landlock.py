"""Landlock, the Linux kernel's way for a process to give up access to files for good.

Used where there are no namespaces. It needs no privilege and no tool, works in containers, and
holds for root and for whatever the process starts. System calls and constants: linux/landlock.h.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Sequence

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1
_PR_SET_NO_NEW_PRIVS = 38
_READ = 0b1101
"""Execute, read a file, list a folder."""
_OF_A_FILE = 0b1100_0000_0000_0111
"""Execute, read, write, truncate, ioctl: the rights that make sense for what is no folder."""
_RIGHTS_UP_TO = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version of the interface knows; later ones know no more."""


def version() -> int:
    """The version of Landlock's interface, from 1; 0 where the kernel has none or forbids it."""
    return max(_call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION)), 0)


def confine(readable: Sequence[str], writable: Sequence[str]) -> bool:
    """Keep this thread and its future children to these files and folders; whether that worked.

    Connecting and listening over TCP end too (from version 4), and signals to processes outside
    (from version 6). What is open already stays open.
    """
    known = version()
    if not known:
        return False
    rights = 2 ** _RIGHTS_UP_TO[min(known, 5)] - 1
    tcp, scopes = 0b11 * (known >= 4), 0b11 * (known >= 6)
    attributes = struct.pack("QQQ", rights, tcp, scopes)[
        : 8 if known < 4 else 16 if known < 6 else 24
    ]
    ruleset = _call(
        _CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    for paths, allowed in ((readable, _READ), (writable, rights)):
        for path in paths:
            _allow(ruleset, path, allowed & rights)
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    restricted = _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)
    return restricted == 0


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow `rights` on `path` and everything below it, if it exists."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not stat.S_ISDIR(os.fstat(fd).st_mode):
        rights &= _OF_A_FILE
    rule = struct.pack("=Qi", rights, fd)
    _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    os.close(fd)


def _call(number: int, *arguments: object) -> int:
    return int(ctypes.CDLL(None).syscall(ctypes.c_long(number), *arguments))
