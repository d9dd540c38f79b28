"""Making a backup while Linli runs: one snapshot of the database, sealed as it comes from pg_dump.

Nothing unsealed touches the disk. The folder gets its name only when all of it is written and its key is in the
keyring: a killed backup leaves a folder that begins with a dot, which the next one removes.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import IO

import psycopg
from psycopg import conninfo, sql

from linli.common import clock
from linli.conf.env import Env
from linli.custody import keycopies, keyring
from linli.custody.keycopies import State
from linli.ops import account, backup_format, binaries, locks
from linli.ops.account import as_user
from linli.ops.backup_format import CONTENTS, FORMAT, MANIFEST, Manifest
from linli.ops.cluster import running
from linli.ops.errors import BackupBroken, BackupNoRoom, BackupNotWritten

_UNDER_WAY = "backup-under-way.lock"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the last: a stick's file system takes no file so large


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup: its folder, what it says of itself, and how the copies of the keyring stand."""

    folder: Path
    manifest: Manifest
    copies: list[State]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one snapshot of the database shows, and its name."""

    snapshot: str
    server_version: int
    trail_link: str | None
    unsealed: int
    migrations: list[str]
    tables: dict[str, int]


def make(env: Env, to: Path) -> Made:
    """Make a backup in a new folder under `to`.

    Raises:
        BackupNoRoom, BackupNotWritten, BackupBroken: no backup was made, nothing is left of it.
        LinliError: the database cannot be had.
    """
    at = clock.now().astimezone(UTC)
    name = f"linli-{at:%Y%m%dt%H%M%Sz}-{os.urandom(3).hex()}"
    key = os.urandom(keyring.KEY_BYTES)
    with running(env) as url, locks.shared(env.data_dir / _UNDER_WAY), _making(to, name) as making:
        with _snapshot(url) as seen, (making / CONTENTS).open("xb") as into:
            size, digest = _dump(url, seen.snapshot, into, key)
            into.flush()
            os.fsync(into.fileno())
        at_keys = keyring.folder(env.data_dir)
        manifest = Manifest(
            linli_backup=FORMAT,
            id=name,
            made_at=at.isoformat(timespec="seconds"),
            linli=version("linli"),
            server_version=seen.server_version,
            trail_link=seen.trail_link,
            unsealed=seen.unsealed,
            migrations=seen.migrations,
            tables=seen.tables,
            keys={one.name: one.mark for one in keyring.listed(at_keys) if not one.name.startswith("backups/")},
            size=size,
            sha256=digest,
        )
        with (making / MANIFEST).open("x", encoding="utf-8") as opened:
            opened.write(backup_format.manifest_text(manifest, key))
            opened.flush()
            os.fsync(opened.fileno())
        copies = keycopies.add(env.data_dir, env.keyring_copies, f"backups/{name}", key, all_copies=False)
        keyring.sync(making)
        making.rename(to / name)
        keyring.sync(to)
    return Made(to / name, manifest, copies)


def none_under_way(data_dir: Path) -> contextlib.AbstractContextManager[None]:
    """Wait until every backup under way has its key in the keyring, and let none begin meanwhile."""
    return locks.alone(data_dir / _UNDER_WAY)


@contextlib.contextmanager
def _making(to: Path, name: str) -> Iterator[Path]:
    """A folder to work in, locked while we live and removed unless it was renamed; stale ones of others go first."""
    making = to / f".{name}"
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        for stale in to.glob(".linli-*"):
            _remove_stale(stale)
        making.mkdir(mode=0o700)
        with _locked(making):
            yield making
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise BackupNoRoom(where=to, reason=f"{error.strerror}.") from error
        raise BackupNotWritten(where=to, reason=f"{error.strerror}.") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _remove_stale(folder: Path) -> None:
    with contextlib.suppress(OSError), _locked(folder):  # held by a backup under way: BlockingIOError
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _snapshot(url: str) -> Iterator[_Seen]:
    """Hold one snapshot open, for pg_dump to read the same, and count what is in it."""
    with psycopg.connect(url) as there:
        there.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        there.read_only = True
        there.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = _one(there, "SELECT pg_export_snapshot()")
        yield _Seen(
            snapshot=str(snapshot),
            server_version=there.info.server_version,
            trail_link=newest_link(there),
            unsealed=int(str(_one(there, "SELECT count(*) FROM custody_trailentry WHERE seal_id IS NULL"))),
            migrations=sorted(
                f"{app}.{name}" for app, name in there.execute("SELECT app, name FROM django_migrations").fetchall()
            ),
            tables=count_tables(there),
        )


def newest_link(there: psycopg.Connection[tuple[object, ...]]) -> str | None:
    """The newest link of the trail, in hexadecimal digits."""
    found = _one(there, "SELECT encode(chained, 'hex') FROM custody_seal ORDER BY id DESC LIMIT 1")
    return None if found is None else str(found)


def count_tables(there: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    """Rows of each table, as this transaction sees them."""
    names = there.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND NOT c.relispartition ORDER BY 1"
    ).fetchall()
    return {
        str(name): int(str(_one(there, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(str(name))))))
        for (name,) in names
    }


def _one(there: psycopg.Connection[tuple[object, ...]], query: "str | sql.Composed") -> object:
    found = there.execute(query).fetchone()
    return found[0] if found else None


def connect_words(url: str) -> tuple[str, dict[str, str]]:
    """A URL as a program's argument without its password, and the environment that holds it."""
    parts = conninfo.conninfo_to_dict(url)
    password = parts.pop("password", None)
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"LC_ALL": "C"}
    return conninfo.make_conninfo("", **parts), environ | ({"PGPASSWORD": str(password)} if password else {})


def _dump(url: str, snapshot: str, into: IO[bytes], key: bytes) -> tuple[int, str]:
    programs = binaries.folder(account.me())
    where, environ = connect_words(url)
    words = ["--format=custom", "--compress=gzip:1", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s"]
    with tempfile.TemporaryFile() as said:
        dump = subprocess.Popen(
            [
                *as_user(account.me(), when_parent_dies="TERM"),
                str(programs / "pg_dump"),
                *words,
                f"--snapshot={snapshot}",
                f"--dbname={where}",
            ],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        try:
            assert dump.stdout is not None
            sealed = backup_format.seal(dump.stdout, into, key)
        finally:
            if dump.stdout is not None:
                dump.stdout.close()  # where we cannot write on, it ends of that
            code = dump.wait()
        if code:
            raise BackupBroken(reason=last_line(said))
    return sealed


def last_line(said: IO[bytes]) -> str:
    """The last thing a program said on standard error."""
    said.seek(0)
    lines = said.read().decode(errors="replace").split("\n")
    found = [line.strip() for line in lines if line.strip()]
    return found[-1].rstrip(".") + "." if found else "it gave no reason."
