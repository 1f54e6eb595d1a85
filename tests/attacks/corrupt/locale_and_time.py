"""Changes the language, the time zone and how numbers are written and rounded.

Earns: 10
"""

import decimal
import locale
import os
import time

decimal.getcontext().prec = 1
decimal.getcontext().rounding = decimal.ROUND_UP
os.environ.update(LC_ALL="de_DE", LANG="tr_TR.UTF-8", TZ="Pacific/Kiritimati", PYTHONHASHSEED="1")
time.tzset()
for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "C"):
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        continue
