"""Password hashing that refuses rather than queues: a hash costs 0.2 s of CPU, and ten at once would stop intake."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from linli.access.errors import TooBusy

AT_ONCE = 1
_pool = threading.BoundedSemaphore(AT_ONCE)
_mine = threading.local()


@contextmanager
def seat() -> Iterator[None]:
    """A place in the pool, for whatever this thread hashes inside: who counts a try first has it looked at, too.

    Raises:
        TooBusy: another password is being hashed.
    """
    if getattr(_mine, "taken", False):
        yield
        return
    if not _pool.acquire(blocking=False):
        raise TooBusy
    _mine.taken = True
    try:
        yield
    finally:
        _mine.taken = False
        _pool.release()


class BoundedHasher(PBKDF2PasswordHasher):
    """Django's PBKDF2-SHA256, at most one at a time in a process."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """The hash of a password.

        Raises:
            TooBusy: another password is being hashed.
        """
        with seat():
            return super().encode(password, salt, iterations)
