"""Leaves files whose names are options, commands, line breaks, no text at all, and very long.

Earns: 10
"""

import os

for name in (b"-rf", b"--help", b"; touch left", b"$(touch left)", b"a\nb\rc", b"\x1b[2J", b"\xff",
             b" ", b"...", b"~", b"<script>", b"con", "\u202efdp.".encode(), b"x" * 255):
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0))
    os.makedirs(os.path.join(b"deep", name))
