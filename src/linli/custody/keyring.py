"""The keys of an installation: one file each under ``data_dir/keyring``, made on first use, never in a backup.

Knows nothing of Django, because Django's own secret key comes from here.
"""

import os
from pathlib import Path

KEY_BYTES = 32
REGISTER = "register"  # encrypts ID numbers and phones
INDEX = "index"  # blind index: equal input, equal index, unreadable without the key
DJANGO = "django"  # signs sessions and one-time forms


class KeyringError(Exception):
    """The keyring cannot be used; the message says why and what to do."""


def key(data_dir: Path, name: str) -> bytes:
    """One key of the installation, 32 bytes; made if there is none yet.

    Two processes may ask in the same instant: the file is written aside and linked into place, which only
    one of them can do, and the other reads what the first one made.

    Raises:
        KeyringError: the folder or the file cannot be used, or the file is not a key.
    """
    path = data_dir / "keyring" / f"{name}.key"
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)


def _read(path: Path) -> bytes:
    try:
        found = path.read_bytes()
    except PermissionError as error:
        raise KeyringError(
            f"The key {path.name} belongs to another user. Run Linli as the user who owns {path.parent}."
        ) from error
    if len(found) != KEY_BYTES:
        raise KeyringError(
            f"{path} is not a key: it has {len(found)} bytes instead of {KEY_BYTES}. Restore the keyring."
        )
    return found


def _make(path: Path) -> None:
    aside = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, os.urandom(KEY_BYTES))
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(aside, path)
        except FileExistsError:
            return
        finally:
            aside.unlink()
    except OSError as error:
        raise KeyringError(f"No key can be written to {path.parent}: {error.strerror}.") from error
