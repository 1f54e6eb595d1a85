"""Traces every call and every line, in all threads, and raises in each.

Earns: 0
Says: ended|Traced|no answer
"""

import sys
import threading


def trace(frame, event, argument):
    if frame.f_code.co_name in ("next_char_pairs", "answer", "_check", "encode", "run"):
        raise SystemExit("Traced")
    return trace


threading.settrace(trace)
sys.settrace(trace)
sys.setprofile(trace)
