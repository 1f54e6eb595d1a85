"""Puts folders where files belong and files where folders do, and moves its own folder away.

Earns: 10
Says: OSError|PermissionError
"""

import os
import shutil

here = os.getcwd()
for name in ("hello_rnn.py", "hello_rnn.ipynb", "torch", "inside", "report.json"):
    os.makedirs(f"{name}/{name}")
with open(".ipython", "w") as file:
    file.write("no folder")
shutil.rmtree("torch")
os.chmod(here, 0)
os.rmdir(here)
