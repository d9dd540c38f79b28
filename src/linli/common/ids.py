"""UUIDv7: identity that sorts by creation. Nobody reads the time in it (RFC 9562, 5.7)."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """A new UUID of version 7."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)
