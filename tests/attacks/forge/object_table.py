"""Replaces the table that calls student code: whatever is called, full marks are returned.

Earns: 0
Says: expected
On: stub
"""

from inside import objects, wire

objects.ObjectTable.answer = lambda self, request: wire.Returned(request.seq, 10.0)
