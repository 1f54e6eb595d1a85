"""Do the checks notice? Changes the solutions in small ways and grades what comes of it.

A development tool, beside the package; see `python -m mutants --help`.
"""
