"""Password hashing that refuses rather than queues, and gives way: a hash costs 0.2 s of CPU, and ten at once would
stop intake."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from linli.access.errors import TooBusy

AT_ONCE = 1
NICENESS = 15  # behind the background worker: whoever comes in can wait a moment, what is being written cannot
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
    """Django's PBKDF2-SHA256, at most one at a time in a process, behind whatever else wants the processor."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """The hash of a password.

        Raises:
            TooBusy: another password is being hashed.
        """
        with seat():
            return _giving_way(lambda: super(BoundedHasher, self).encode(password, salt, iterations))


def _giving_way(work: Callable[[], str]) -> str:
    """Do it on a thread of its own, since only a privileged one could take its niceness back afterwards.

    It must be work that lets go of the interpreter, or the others would wait for it all the same.
    """
    done: Future[str] = Future()

    def run() -> None:
        try:
            mine = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), max(mine, NICENESS))
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return done.result()
