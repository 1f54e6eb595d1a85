"""Imports slowly: it does nothing at all, for as long as it may.

Earns: 0
Says: loading the submission took more than
"""

import time

time.sleep(10**6)
