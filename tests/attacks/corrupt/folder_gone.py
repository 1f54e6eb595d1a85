"""Goes into a folder and removes it, and the way back to the one it started in.

Earns: 10
Says: OSError|PermissionError
"""

import os

start = os.getcwd()
os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")
os.rename(start, start + "-moved")
