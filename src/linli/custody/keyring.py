"""The keys of an installation: one file each under ``data_dir/keyring``, never in the database, never in a backup.

    keyring/register.key, index.key, django.key   made together, before there is anything to protect
    keyring/register.2.key …                      later register keys: the newest seals, each still opens its own
    keyring/backups/ID.key                        one for each backup
    keyring/destroyed.jsonl                       what must never come back (``custody.destroyed``)

Where one of the first three is gone while others or a database are there, it was lost: nothing new is made over old
data. Knows nothing of Django's settings, because Django's own secret key comes from here.
"""

import contextlib
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from linli.custody.errors import KeyDamaged, KeyMissing, KeyNotOurs, KeyNotWritten, KeyringError

__all__ = ["DJANGO", "FIRST", "INDEX", "KEY_BYTES", "REGISTER", "Key", "KeyringError", "key"]

KEY_BYTES = 32
REGISTER = "register"  # encrypts ID numbers and phones
INDEX = "index"  # blind index: equal input, equal index, unreadable without the key
DJANGO = "django"  # signs sessions and one-time forms
FIRST = (REGISTER, INDEX, DJANGO)
MOST_NUMBER = 0xFFFF

_NAME = re.compile(r"(register(\.[2-9]|\.[1-9][0-9]{1,4})?|index|django|backups/[a-z0-9-]{1,60})\.key")


@dataclass(frozen=True, slots=True)
class Key:
    """What may be said of a key.

    Attributes:
        name: its file without ".key", relative to the keyring: "register.2", "backups/linli-2026…".
        made_at: when it was made.
        mark: 16 hexadecimal digits that tell one key from another and nothing of what is in it.
    """

    name: str
    made_at: datetime
    mark: str


def folder(data_dir: Path) -> Path:
    """Where the keys of this data directory lie."""
    return data_dir / "keyring"


def key(data_dir: Path, name: str, number: int = 1) -> bytes:
    """One key of the installation, 32 bytes. The first three are made, together, where there is nothing yet.

    Raises:
        KeyMissing: it is not there, and there is something it belongs to.
        KeyringError: the folder or the file cannot be used, or the file is not a key.
    """
    path = folder(data_dir) / (f"{name}.key" if number == 1 else f"{name}.{number}.key")
    try:
        return read(path)
    except FileNotFoundError:
        if number != 1 or name not in FIRST:
            raise KeyMissing(name=path.name, where=path.parent) from None
        ensure(data_dir, old_data=holds_data(data_dir))
        return read(path)


def ensure(data_dir: Path, *, old_data: bool) -> None:
    """Have the first three keys: made where there are neither keys nor data. Two who come at once make one set.

    Raises:
        KeyMissing: one is not there though others, or data, are; nothing was made.
        KeyringError: the folder cannot be used.
    """
    at = folder(data_dir)
    if all((at / f"{name}.key").exists() for name in FIRST):
        return
    with changing(data_dir):
        missing = [name for name in FIRST if not (at / f"{name}.key").exists()]
        if missing and (old_data or len(missing) < len(FIRST)):
            raise KeyMissing(name=f"{missing[0]}.key", where=at)
        fresh = {name: os.urandom(KEY_BYTES) for name in missing}
        for name, made in fresh.items():
            write(at / f"{name}.key", made)


def holds_data(data_dir: Path) -> bool:
    """Whether a database of our own belongs to this data directory already."""
    with contextlib.suppress(OSError):
        elsewhere = data_dir / "database-is-in"
        home = Path(elsewhere.read_text(encoding="utf-8").strip()) if elsewhere.is_file() else data_dir
        return (home / "postgres").is_dir()
    return False


def newest(data_dir: Path, name: str) -> int:
    """The number of the newest key of that name. Asked at each use: a rotated key is taken up without a restart."""
    number = 1
    while (folder(data_dir) / f"{name}.{number + 1}.key").exists():
        number += 1
    return number


def listed(at: Path) -> list[Key]:
    """The keys in that folder (a keyring or a copy of one), by name.

    Raises:
        KeyringError: a file cannot be read, or is not a key.
    """
    return [
        Key(name, datetime.fromtimestamp((at / f"{name}.key").stat().st_mtime, UTC), mark(read(at / f"{name}.key")))
        for name in names(at)
    ]


def names(at: Path) -> list[str]:
    """The names of the keys in that folder, none of them read."""
    found = [path.relative_to(at).as_posix() for path in [*at.glob("*.key"), *at.glob("backups/*.key")]]
    return sorted(name.removesuffix(".key") for name in found if _NAME.fullmatch(name))


def is_name(name: str) -> bool:
    """Whether that is the name of a key, and not a way out of the keyring."""
    return _NAME.fullmatch(f"{name}.key") is not None


def mark(of: bytes) -> str:
    """What tells one key from another: a digest of 32 random bytes says nothing of them."""
    return hashlib.sha256(b"linli key\0" + of).hexdigest()[:16]


def read(path: Path) -> bytes:
    """The key in that file.

    Raises:
        FileNotFoundError: there is none.
        KeyNotOurs, KeyDamaged: it cannot be read, or is no key.
    """
    try:
        found = path.read_bytes()
    except PermissionError as error:
        raise KeyNotOurs(name=path.name, where=path.parent) from error
    if len(found) != KEY_BYTES:
        raise KeyDamaged(path=path, found=len(found), needed=KEY_BYTES)
    return found


def write(path: Path, content: bytes, *, over: bool = False, made_at: float | None = None) -> bool:
    """Put a file of mode 600 into a keyring, whole or not at all, and on the disk. Returns whether it was put there.

    Args:
        over: replace what is there; else what is there stays.
        made_at: seconds since 1970, for a key that comes from elsewhere.

    Raises:
        KeyNotWritten: it cannot be.
    """
    aside = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        _make_folder(path.parent)
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            if made_at is not None:
                os.utime(aside, (made_at, made_at))
            put = _put(aside, path, over=over)
        finally:
            aside.unlink(missing_ok=True)
        sync(path.parent)
    except OSError as error:
        raise KeyNotWritten(where=path.parent, reason=f"{error.strerror}.") from error
    return put


def destroy(path: Path) -> None:
    """Overwrite a key, then remove it, both on the disk before this returns.

    Raises:
        KeyNotWritten: it cannot be.
    """
    try:
        with path.open("r+b") as opened:
            opened.write(bytes(KEY_BYTES))
            opened.flush()
            os.fsync(opened.fileno())
        path.unlink()
        sync(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise KeyNotWritten(where=path.parent, reason=f"{error.strerror}.") from error


@contextlib.contextmanager
def changing(data_dir: Path) -> Iterator[None]:
    """Let only one process at a time change the keyring.

    Raises:
        KeyNotWritten: the folder cannot be made or opened.
    """
    try:
        _make_folder(folder(data_dir))
        handle = os.open(folder(data_dir), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise KeyNotWritten(where=folder(data_dir), reason=f"{error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _put(aside: Path, path: Path, *, over: bool) -> bool:
    """Under its final name at one stroke. Some sticks know no links: there, what is there is looked for before."""
    if over:
        aside.replace(path)
        return True
    try:
        os.link(aside, path)
    except FileExistsError:
        return False
    except OSError:
        if path.exists():
            return False
        aside.replace(path)
    return True


def _make_folder(at: Path) -> None:
    if not at.is_dir():
        at.mkdir(parents=True, exist_ok=True)
    if at.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):  # a stick's file system may know no modes
            at.chmod(0o700)


def sync(at: Path) -> None:
    """Have what was made and renamed in that folder on the disk."""
    handle = os.open(at, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
