"""UUIDv7: identity that sorts by creation. Nobody reads the time in it (RFC 9562, 5.7)."""

import os
import threading
import time
from uuid import UUID

_TICKS = 4096  # in a millisecond, as many as 12 bits tell apart (RFC 9562, 6.2, method 3)


class _Clock:
    """Moments in ticks, no two the same: where the clock stands still or goes back, it is counted on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def tick(self) -> int:
        """Now, later than any moment given before."""
        with self._lock:
            self._last = max(time.time_ns() * _TICKS // 1_000_000, self._last + 1)
            return self._last


_clock = _Clock()


def uuid7() -> UUID:
    """A new UUID of version 7, greater than any that this process made before: the rows of a list keep its order."""
    millis, part = divmod(_clock.tick(), _TICKS)
    random = int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=millis << 80 | 0x7 << 76 | part << 64 | 0x2 << 62 | random)
