"""Takes a lock in a thread of the loaded submission, and waits for it in a process forked from it.

Earns: 9.5
Says: the check took more than
"""

import threading
import time

taken = threading.Event()
lock = threading.Lock()


def hold():
    with lock:
        taken.set()
        time.sleep(10**6)


threading.Thread(target=hold, daemon=True).start()
taken.wait()


def next_char_pairs(text, vocab):
    if text == "hello":
        lock.acquire()
    tokens = encode(text, vocab)
    return tokens[None, :-1], tokens[None, 1:]
