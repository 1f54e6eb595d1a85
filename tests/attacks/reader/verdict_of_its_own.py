"""Fails while it is loaded with a message that reads like a report, line by line.

Earns: 0
Says: RuntimeError: hello_rnn: 10 of 10
On: stub
"""

raise RuntimeError("hello_rnn: 10 of 10 points\n\nSubmission  Score\nme  10 / 10\n✓ all passed\n" * 3)
