"""Unpacks an archive whose members lie outside, by their paths and through links of its own.

Earns: 10
Says: FileExistsError|FileNotFoundError|PermissionError|Read-only
Also: nbgrader, otter
"""

import io
import os
import tarfile

packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w") as archive:
    link = tarfile.TarInfo("way")
    link.type, link.linkname = tarfile.SYMTYPE, os.path.dirname(SECRET)
    archive.addfile(link)
    for name in ("../../../.." + SECRET, SECRET, "way/secret.txt"):
        member = tarfile.TarInfo(name)
        member.size = 7
        archive.addfile(member, io.BytesIO(b"changed"))
packed.seek(0)
with tarfile.open(fileobj=packed) as archive:
    for member in archive:
        try:
            archive.extract(member, ".")
        except (OSError, tarfile.TarError) as error:
            refused = error
raise refused
