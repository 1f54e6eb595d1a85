"""Writes well-formed replies to every open descriptor, before it is asked anything.

Earns: 0
Says: out of turn|no answer|not a message
On: stub
"""

import os
import struct

import msgspec

for number in range(1, 40):
    for message in (
        {"message_type": "Loaded", "seq": number, "problems": []},
        {"message_type": "Returned", "seq": number, "value": True},
    ):
        data = msgspec.msgpack.encode(message)
        for fd in range(3, 256):
            try:
                os.write(fd, struct.pack("!I", len(data)) + data)
            except OSError:
                continue
