"""Has the shell look: another program, which knows nothing of Python.

Earns: 10
Says: LookupError: nothing
Also: nbgrader, otter
"""

import subprocess

code = 'cat "$1" || true; ls /home /root "$2" || true; env'
said = subprocess.run(["/bin/sh", "-c", code, "sh", SECRET, CLONE], capture_output=True, text=True)
if "canary" in said.stdout or "hidden" in said.stdout or "autograder" in said.stdout:
    found(said.stdout)
raise LookupError("nothing for a program either")
