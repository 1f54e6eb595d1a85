"""Becomes root: by asking, by capabilities, by a file that would run as root, by su and sudo.

Earns: 10
Says: PermissionError|Invalid argument
"""

import ctypes
import os
import shutil
import subprocess

for become in (os.setuid, os.seteuid, os.setgid):
    try:
        become(0)
    except OSError as error:
        refused = error
    else:
        raise RuntimeError("root") if os.getuid() == 0 else AssertionError
for program in ("su", "sudo", "pkexec", "newgrp"):
    if path := shutil.which(program):
        said = subprocess.run([path, "-c", "id -u"], input="", capture_output=True, text=True)
        if said.stdout.strip() == "0":
            raise RuntimeError(f"{program} made it root")
shutil.copy("/usr/bin/id", "id")
os.chmod("id", 0o6755)
said = subprocess.run(["./id", "-u"], capture_output=True, text=True).stdout.strip()
raise refused if said != "0" else RuntimeError("a file ran as root")
