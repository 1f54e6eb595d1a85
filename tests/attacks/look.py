"""Looks for whatever the submission before may have left, and says what there is."""

import ctypes
import gc
import os
import resource
import signal
import sys
import threading

import torch

libc = ctypes.CDLL(None)
KEY = 0x6B6974  # under which attacks of this bank leave messages
ZYGOTE = os.getppid()
LIMITS = ("CORE", "CPU", "FSIZE", "NOFILE", "STACK", "SIGPENDING", "MEMLOCK", "AS")


def entries(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError as error:
        return type(error).__name__


def children(pid):
    return len(open(f"/proc/{pid}/task/{pid}/children").read().split())


def handled(number):
    handler = signal.getsignal(number)
    return handler not in (signal.SIG_DFL, signal.SIG_IGN, None) and number != signal.SIGINT


raise LookupError(
    {
        "files": entries("."),
        "home": os.getcwd() == os.environ["HOME"],
        "shared": (entries("/tmp/left"), entries("/dev/shm"), entries("/dev/mqueue")),
        "messages": (libc.shmget(KEY, 1, 0), libc.msgget(KEY, 0), libc.semget(KEY, 1, 0)),
        "siblings": children(ZYGOTE),
        "open": len(os.listdir("/proc/self/fd")),
        "limits": {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
                   for name in LIMITS},
        "memory": resource.getrlimit(resource.RLIMIT_DATA)[1] >= 256 * 2**20,
        "priority": (os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0),
                     len(os.sched_getaffinity(0)), libc.syscall(252, 1, 0)),
        "zygote": (os.getpriority(os.PRIO_PROCESS, ZYGOTE), os.sched_getscheduler(ZYGOTE),
                   len(os.sched_getaffinity(ZYGOTE))),
        "mask": oct(os.umask(0o22)),
        "signals": ([s for s in signal.valid_signals() if handled(s)],
                    signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "user": (os.getgroups(), sorted(os.environ)),
        "python": (sys.getrecursionlimit(), gc.isenabled(), sys.gettrace(), len(sys.meta_path),
                   threading.active_count()),
        "torch": (str(torch.get_default_dtype()), torch.is_grad_enabled(), torch.get_num_threads(),
                  torch.are_deterministic_algorithms_enabled(), torch.rand(1).item()),
    }
)  # fmt: skip
