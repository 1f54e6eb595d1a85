"""All of the project that a sandbox can see: this folder is mounted there, read-only.

It holds no solution, no expected value and no check, so a submission may read it freely.
"""
