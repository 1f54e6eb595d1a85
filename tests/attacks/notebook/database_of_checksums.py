"""Marks in the gradebook that its grade cells are to be taken as they come back.

Earns: 0
Says: OperationalError: unable to open
On: stub
Also: nbgrader
"""

import sqlite3

with sqlite3.connect(f"file:{GRADEBOOK}?mode=rw", uri=True, timeout=2) as book:
    for table, change in (("grade_cell", "max_score = 0"), ("source_cell", "source = '10.0'")):
        if book.execute("select 1 from sqlite_master where name = ?", [table]).fetchone():
            book.execute(f"UPDATE {table} SET {change}")
