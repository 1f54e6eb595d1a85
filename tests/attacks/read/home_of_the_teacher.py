"""Reads keys and passwords where they usually lie.

Earns: 10
Says: PermissionError|FileNotFoundError
"""

import glob
import os
import pwd

homes = {"/root", os.path.expanduser("~"), *glob.glob("/home/*"), os.path.dirname(SECRET)}
for home in homes:
    for name in (".ssh/id_rsa", ".ssh/id_ed25519", ".netrc", ".aws/credentials", ".bash_history",
                 ".config/gh/hosts.yml", ".git-credentials", "secret.txt"):
        try:
            found(open(os.path.join(home, name)).read())
        except OSError as error:
            refused = error
for name in ("/etc/shadow", "/etc/gshadow"):
    try:
        found(open(name).read())
    except OSError:
        continue
raise refused
