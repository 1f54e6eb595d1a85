"""A filter for system calls, the wall behind the wall: what no exercise needs, nobody gets.

Compiled here by libseccomp, which comes with every Debian (apt depends on it); put in force by the
zygote, `inside/seccomp.py`. Namespaces and Landlock keep a submission from things; this keeps it
from the parts of the kernel in which ways out have been found.
"""

import ctypes
import ctypes.util
import errno
import functools
import os

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_DIFFERENT, _EQUAL_UNDER_MASK = 1, 7
_UNKNOWN = -1
_OPTIMIZE, _AS_TREE = 8, 2

FORBIDDEN = (
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree",
    "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "name_to_handle_at",
    "open_by_handle_at", "fanotify_init",
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    "add_key", "request_key", "keyctl",
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot",
    "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "syslog", "settimeofday",
    "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm",
    "modify_ldt", "vhangup", "memfd_secret", "lookup_dcookie", "nfsservctl", "uselib", "vmsplice",
    "move_pages", "migrate_pages",
    "msgget", "semget", "shmget", "mq_open", "memfd_create",
    "socket",
)  # fmt: skip
"""Namespaces and mounts; other processes' memory; keyrings; bpf, io_uring and their like; the
machine's own settings; queues, semaphores and segments, which would outlast their submission, and
memory that counts as nobody's data; sockets to anywhere (pairs of connected streams, which asyncio
uses, remain). Each fails with EPERM."""

_NEW_NAMESPACES = (
    0x00000080,  # CLONE_NEWTIME
    0x00020000,  # CLONE_NEWNS
    0x02000000,  # CLONE_NEWCGROUP
    0x04000000,  # CLONE_NEWUTS
    0x08000000,  # CLONE_NEWIPC
    0x10000000,  # CLONE_NEWUSER
    0x20000000,  # CLONE_NEWPID
    0x40000000,  # CLONE_NEWNET
)
"""Flags of clone(2), from linux/sched.h."""

_SHARED_ANONYMOUS = 0x21
"""Flags of mmap(2) for memory that several processes share, and RLIMIT_DATA does not count."""
_TYPES_OF_SOCKET = 0xF
_DATAGRAMS = (2, 3)
"""SOCK_DGRAM, and SOCK_RAW, which between local sockets means the same: either end of such a pair
could still be turned towards any service that takes datagrams."""
_OF_OTHERS = (
    ("prlimit64", 0),
    ("setpriority", 0), ("setpriority", 1),
    ("ioprio_set", 1),
    ("sched_setaffinity", 0), ("sched_setattr", 0), ("sched_setparam", 0),
    ("sched_setscheduler", 0),
)  # fmt: skip
"""Calls, and the argument that is 0 where a process means itself: of others, the zygote among
them, it may neither set limits nor priority, which every later submission would inherit."""


class _Comparison(ctypes.Structure):
    """struct scmp_arg_cmp of seccomp.h."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


@functools.cache
def program() -> bytes:
    """The filter as the kernel reads it (struct sock_filter[]); b"" where there is no libseccomp.

    Raises:
        OSError: libseccomp could not compile it.
    """
    name = ctypes.util.find_library("seccomp")
    if name is None:
        return b""
    library = ctypes.CDLL(name)
    library.seccomp_init.restype = ctypes.c_void_p
    filters = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ALLOW)))
    try:
        library.seccomp_attr_set(filters, ctypes.c_int(_OPTIMIZE), ctypes.c_uint32(_AS_TREE))
        for call in FORBIDDEN:
            _forbid(library, filters, call, errno.EPERM)
        for flag in _NEW_NAMESPACES:
            _forbid(library, filters, "clone", errno.EPERM, (0, _EQUAL_UNDER_MASK, flag, flag))
        for call, argument in _OF_OTHERS:
            _forbid(library, filters, call, errno.EPERM, (argument, _DIFFERENT, 0, 0))
        shared = (3, _EQUAL_UNDER_MASK, _SHARED_ANONYMOUS, _SHARED_ANONYMOUS)
        _forbid(library, filters, "mmap", errno.EPERM, shared)
        for kind in _DATAGRAMS:
            pair = (1, _EQUAL_UNDER_MASK, _TYPES_OF_SOCKET, kind)
            _forbid(library, filters, "socketpair", errno.EPERM, pair)
        # Its flags lie in memory, where no filter can look; the C library then uses clone.
        _forbid(library, filters, "clone3", errno.ENOSYS)
        return _exported(library, filters)
    finally:
        library.seccomp_release(filters)


def _forbid(
    library: ctypes.CDLL,
    filters: ctypes.c_void_p,
    call: str,
    error: int,
    *comparisons: tuple[int, int, int, int],
) -> None:
    number = library.seccomp_syscall_resolve_name(call.encode())
    if number == _UNKNOWN:  # newer than this libseccomp, or not on this processor
        return
    wanted = (_Comparison * len(comparisons))(*(_Comparison(*c) for c in comparisons))
    code = library.seccomp_rule_add_array(
        filters, ctypes.c_uint32(_ERRNO | error), number, len(comparisons), wanted
    )
    if code:
        raise OSError(-code, f"libseccomp: {os.strerror(-code)}", call)


def _exported(library: ctypes.CDLL, filters: ctypes.c_void_p) -> bytes:
    fd = os.memfd_create("seccomp")
    try:
        code = library.seccomp_export_bpf(filters, fd)
        if code:
            raise OSError(-code, f"libseccomp: {os.strerror(-code)}")
        return os.pread(fd, 2**20, 0)
    finally:
        os.close(fd)
