"""Restoring a backup into an empty place: checked first, made beside the final place, opened last.

Checksums, then keys, then whether this Linli knows its tables; then a cluster of its own beside the final place, where
the rows are counted and the destruction list is replayed. Only then is it moved to where `linli run` finds it.
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from linli.conf.env import Env
from linli.custody import destroyed, keycopies, keyring
from linli.ops import account, backup_format, binaries, layout, locks
from linli.ops.account import as_user
from linli.ops.backup import connect_words, count_tables, last_line, newest_link
from linli.ops.backup_format import CONTENTS, Manifest
from linli.ops.cluster import Cluster, wait_for_an_orphan
from linli.ops.errors import (
    BackupBroken,
    BackupDestroyed,
    BackupKeyMissing,
    BackupNewer,
    DataInUse,
    RestoreElsewhere,
    RestoreNotEmpty,
    RestoreUnlike,
)
from linli.ops.layout import Layout


def restore(env: Env, folder: Path, known: Callable[[], frozenset[str]]) -> Manifest:
    """Restore the backup in that folder into LINLI_DATA, where no database may be.

    Args:
        known: asked once the keys are here: the migrations this Linli knows, as "room.name".

    Raises:
        NoBackup, BackupAltered, BackupNewer, BackupKeyMissing, BackupDestroyed: the backup will not do.
        RestoreNotEmpty, RestoreElsewhere, DataInUse: the place will not do.
        DestructionListUnreadable, RestoreUnlike, BackupBroken: nothing was opened.
    """
    if env.database_url:
        raise RestoreElsewhere
    folder = folder.absolute()
    manifest, mac = backup_format.read_manifest(folder)
    backup_format.check_sum(folder, manifest)
    places = [keyring.folder(env.data_dir), *(copy for _, copy in env.keyring_copies)]
    gone = destroyed.lines(places)
    key = _key(env, manifest, gone)
    backup_format.check_manifest(manifest, mac, key)
    at = layout.find(env.data_dir)
    if at.cluster.exists():
        raise RestoreNotEmpty(where=at.home)
    _bring_keys(env, manifest, gone)
    if set(manifest.migrations) - known():
        raise BackupNewer(made_by=manifest.linli)
    layout.prepare_data_dir(at)
    with locks.owning(at.owner_lock) as ours:
        if not ours:
            raise DataInUse(where=at.data_dir, who=locks.owner(at.owner_lock))
        if at.cluster.exists():
            raise RestoreNotEmpty(where=at.home)
        layout.prepare(at)
        _restore_beside(at, folder, manifest, key, gone)
    return manifest


def _key(env: Env, manifest: Manifest, gone: list[str]) -> bytes:
    if manifest.id in (dead := destroyed.backups(gone)):
        raise BackupDestroyed(at=dead[manifest.id])
    name = f"backups/{manifest.id}"
    found = keycopies.find(env.data_dir, env.keyring_copies, name) if keyring.is_name(name) else None
    if found is None:
        raise BackupKeyMissing(key=name)
    return found[0]


def _bring_keys(env: Env, manifest: Manifest, gone: list[str]) -> None:
    """Have the keys that the contents need in the keyring, from a copy where need be, and the list beside them."""
    wanted = {}
    for name, mark in manifest.keys.items():
        found = keycopies.find(env.data_dir, env.keyring_copies, name) if keyring.is_name(name) else None
        if found is None or keyring.mark(found[0]) != mark:
            raise BackupKeyMissing(key=name)
        wanted[name] = (found[0], (found[1] / f"{name}.key").stat().st_mtime)
    at = keyring.folder(env.data_dir)
    keycopies.take_in(env.data_dir, wanted, gone, source="", where=at)


def _restore_beside(at: Layout, folder: Path, manifest: Manifest, key: bytes, gone: list[str]) -> None:
    side = Layout(at.home / "restoring", at.home / "restoring", at.server)
    wait_for_an_orphan(side)  # of a restore that was killed
    _remove(side)
    try:
        layout.prepare_data_dir(side)
        cluster = Cluster(side)
        cluster.start()
        try:
            _load(side.url, folder, key)
            with psycopg.connect(side.url) as there:
                _compare(there, manifest)
                _replay(there, gone)
        finally:
            cluster.stop()
        side.cluster.rename(at.cluster)
    finally:
        _remove(side)


def _load(url: str, folder: Path, key: bytes) -> None:
    where, environ = connect_words(url)
    words = ["--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={where}"]
    with (folder / CONTENTS).open("rb") as sealed, tempfile.TemporaryFile() as said:
        load = subprocess.Popen(
            [
                *as_user(account.me(), when_parent_dies="TERM"),
                str(binaries.folder(account.me()) / "pg_restore"),
                *words,
            ],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        assert load.stdin is not None
        try:
            with contextlib.suppress(BrokenPipeError):  # its exit code and words say why
                for piece in backup_format.unseal(sealed, key):
                    load.stdin.write(piece)
                load.stdin.flush()
        except BaseException:
            load.kill()
            raise
        finally:
            with contextlib.suppress(BrokenPipeError):
                load.stdin.close()
            code = load.wait()
        if code:
            raise BackupBroken(reason=last_line(said))


def _compare(there: psycopg.Connection[tuple[object, ...]], manifest: Manifest) -> None:
    if (found := count_tables(there)) != manifest.tables:
        unlike = sorted(set(found.items()) ^ set(manifest.tables.items()))
        raise RestoreUnlike(what=f"rows of {unlike[0][0]}")
    if newest_link(there) != manifest.trail_link:
        raise RestoreUnlike(what="the newest link of the trail")


def _replay(there: psycopg.Connection[tuple[object, ...]], gone: list[str]) -> None:
    """Destroy again whatever was destroyed since. In one transaction: all of it, or nothing is opened."""
    try:
        for entry in destroyed.rows(gone):
            table = entry["table"]
            if (called := entry.get("call")) is not None:
                _call(there, called, entry["ids"])
                continue
            which, ids = _which(there, table, entry)
            if to := entry.get("set"):
                pairs = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in to)
                what = sql.SQL("UPDATE {} SET {} WHERE {}").format(sql.Identifier(table), pairs, which)
                there.execute(what, [*to.values(), *ids])
            else:
                there.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(table), which), ids)
        there.commit()
    except psycopg.Error as error:
        reason = f"replaying the destruction list, {' '.join(str(error).split()).rstrip('.')}."
        raise BackupBroken(reason=reason) from error


def _call(there: psycopg.Connection[tuple[object, ...]], name: str, ids: list[int]) -> None:
    """Have a function of the backup's own forget what it must. Raises BackupBroken: the backup has no such function."""
    known = there.execute("SELECT to_regprocedure(%s) IS NOT NULL", [f'public."{name}"(bigint[])']).fetchone()
    if known != (True,):
        raise BackupBroken(reason=f"the destruction list names {name}, which the backup does not know.")
    there.execute(sql.SQL("SELECT {}(%s::bigint[])").format(sql.Identifier("public", name)), [ids])


def _which(
    there: psycopg.Connection[tuple[object, ...]], table: str, entry: dict[str, Any]
) -> tuple[sql.Composed, list[list[str]]]:
    """The condition that finds the rows an entry names, and what it takes: a list for each column of the key.

    Raises:
        BackupBroken: the table has no such column, or its key is another.
    """
    by, ids = entry.get("by"), [each if isinstance(each, list) else [each] for each in entry["ids"]]
    columns = there.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
        " LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
        " WHERE a.attrelid = to_regclass(%(table)s) AND a.attnum > 0 AND NOT a.attisdropped"
        " AND CASE WHEN %(by)s::text IS NULL THEN a.attnum = ANY(i.indkey) ELSE a.attname = %(by)s END"
        " ORDER BY array_position(i.indkey::int2[], a.attnum)",
        {"table": f'public."{table}"', "by": by},
    ).fetchall()
    if not columns or any(len(each) != len(columns) for each in ids):
        what = f"column {by}" if by is not None else "primary key"
        raise BackupBroken(reason=f"the destruction list names {table}, which has no such {what}.")
    names = sql.SQL(", ").join(sql.Identifier(str(name)) for name, _ in columns)
    lists = sql.SQL(", ").join(sql.SQL("%s::text[]::{}[]").format(sql.SQL(str(kind))) for _, kind in columns)
    found = sql.SQL("({}) IN (SELECT * FROM unnest({}))").format(names, lists)
    return found, [[str(each[place]) for each in ids] for place in range(len(columns))]


def _remove(side: Layout) -> None:
    shutil.rmtree(side.socket_dir, ignore_errors=True)
    shutil.rmtree(side.home, ignore_errors=True)
