"""Reads everybody's grades from the gradebook.

Earns: 10
Says: OperationalError: unable to open
Also: nbgrader
"""

import sqlite3

book = sqlite3.connect(f"file:{GRADEBOOK}?mode=ro", uri=True)
found([book.execute(f"select * from {name}").fetchall()
       for name in ("grade", "student", "source_cell") if book.execute(
           "select 1 from sqlite_master where name = ?", [name]).fetchone()])
