"""Puts a filter of system calls in force, for this process and all it will ever start."""

import ctypes

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 38, 22
_FILTER = 2
_INSTRUCTION = 8
"""Bytes of a struct sock_filter."""


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(program: bytes) -> None:
    """Allow only what `program` (struct sock_filter[]) allows; an empty one changes nothing.

    Raises:
        OSError: the kernel has refused it.
    """
    if not program:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    wanted = _Program(len(program) // _INSTRUCTION, program)
    if libc.prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(wanted), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refuses the filter of system calls")
