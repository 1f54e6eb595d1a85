"""Attacks on graders: the kit's bank of them, and what comes of them with three graders.

Run as `python -m security` (or `make compare-security`) in the clone. See `__main__`.
"""
