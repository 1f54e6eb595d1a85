"""Leaves files and folders for the next submission, hidden, read-only and with awkward names.

Earns: 10
"""

import os

for name in ("left", ".left", "-rf", "a\nb", "\u202egnp.exe", b"\xff\xfe", "*", "conftest.py",
             "sitecustomize.py", "torch.py", ".config", ".local", "x" * 255):
    with open(name, "w") as file:
        file.write("for whoever comes next")
    os.chmod(name, 0o444)
os.makedirs(".ipython/profile_default/startup")
os.mkfifo("pipe")
