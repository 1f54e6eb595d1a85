"""Measures how long grading one submission takes, beside what it could take and what others take.

Run as `python -m bench` (or `make bench`) in the clone. See `__main__` for what is compared, and
`docs` of each module for how.
"""
