"""Password hashing that refuses rather than queues: a hash costs 0.2 s of CPU, and ten at once would stop intake."""

import threading

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from linli.access.errors import TooBusy

AT_ONCE = 1
_pool = threading.BoundedSemaphore(AT_ONCE)


class BoundedHasher(PBKDF2PasswordHasher):
    """Django's PBKDF2-SHA256, at most one at a time in a process."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """The hash of a password.

        Raises:
            TooBusy: another password is being hashed.
        """
        if not _pool.acquire(blocking=False):
            raise TooBusy
        try:
            return super().encode(password, salt, iterations)
        finally:
            _pool.release()
