"""Locks between Linli's processes on one data directory: held by an open file, so that death releases them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def owning(path: Path) -> Iterator[bool]:
    """Try to be the only owner; yields whether we are. The file then says who: "process 123 (linli run)"."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()} ({_what_we_run()})".encode(), 0)
        yield True
    finally:
        os.close(handle)


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold the lock together with others, waiting while somebody has it alone."""
    with _flocked(path, fcntl.LOCK_SH):
        yield


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else holds the lock, then hold it alone."""
    with _flocked(path, fcntl.LOCK_EX):
        yield


def owner(path: Path) -> str:
    """Who wrote the lock last, in words."""
    try:
        return path.read_text(encoding="utf-8") or "it is just starting"
    except OSError:
        return "it is just starting"


def is_owned(path: Path) -> bool:
    """Whether some process owns the lock now."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


@contextmanager
def _flocked(path: Path, how: int) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def _what_we_run() -> str:
    words = Path("/proc/self/cmdline").read_bytes().split(b"\0")
    named = [Path(word.decode(errors="replace")).name for word in words if word and not word.startswith(b"-")]
    return " ".join(named[1:4]) or "linli"
