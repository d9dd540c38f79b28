"""Backups: made under write load, refused when touched, restored whole into an empty place."""

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from linli.conf.env import Env
from linli.custody import destroyed, keyring
from linli.ops import backup, backup_format, layout
from linli.ops.backup_format import CONTENTS, MANIFEST, PIECE
from linli.ops.cluster import running
from linli.ops.errors import BackupAltered, BackupNoRoom, NoBackup

LOAD = """
from linli.cli.session import database
with database():
    from django.db import transaction
    from linli.common.caller import NOBODY
    from linli.common.clock import now
    from linli.custody import seals, trail
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS pair (n int PRIMARY KEY, entry bigint NOT NULL"
                       " REFERENCES custody_trailentry (id) CHECK (n >= 0))")
    n = 0
    while n < 100_000:
        with transaction.atomic():
            entry = trail.record("sign_up.confirmed", who=NOBODY, subject=f"sign_up:{n}", at=now())
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO pair VALUES (%s, %s)", [n, entry.pk])
        if n % 25 == 0:
            seals.seal()
            print(n, flush=True)
        n += 1
"""

STUCK = """
import os, time
from linli.conf.env import Env
from linli.ops import backup, backup_format
def stuck(*_):
    print("sealing")
    time.sleep(300)
backup_format.seal = stuck
env = Env.read(os.environ)
backup.make(env, env.data_dir / "backups")
"""

Script = Callable[[str], "subprocess.Popen[str]"]


def linli(data_dir: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "linli", *words],
        env=environ | {"LINLI_DATA": str(data_dir), "LANG": "C.UTF-8"} | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def pieces(folder: Path, content: bytes, key: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    source, sealed = folder / "plain", folder / CONTENTS
    source.write_bytes(content)
    with source.open("rb") as plain, sealed.open("wb") as into:
        backup_format.seal(plain, into, key)
    return sealed


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_stream_is_sealed_in_pieces_and_comes_back(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    sealed = pieces(tmp_path, content, bytes(32))
    with sealed.open("rb") as source:
        assert b"".join(backup_format.unseal(source, bytes(32))) == content


@pytest.mark.parametrize("cut", [1, PIECE + 20, 2 * (PIECE + 20), -1])
def test_a_stream_cut_off_or_changed_is_noticed(tmp_path: Path, cut: int) -> None:
    sealed = pieces(tmp_path, bytes(3 * PIECE), bytes(32))
    whole = sealed.read_bytes()
    sealed.write_bytes(whole[:-cut] if cut > 0 else whole[:-1] + bytes([whole[-1] ^ 1]))
    with sealed.open("rb") as source, pytest.raises(BackupAltered):
        list(backup_format.unseal(source, bytes(32)))


@pytest.mark.usefixtures("installed")
def test_a_full_disk_is_said_and_nothing_is_left(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    made = linli(env.data_dir, "trail", "seal")
    assert made.returncode == 0, made.stderr
    monkeypatch.setattr(backup_format, "seal", full)
    to = env.data_dir / "backups"
    with pytest.raises(BackupNoRoom, match="No space left"):
        backup.make(env, to)
    assert list(to.iterdir()) == []
    assert not [name for name in keyring.names(keyring.folder(env.data_dir)) if name.startswith("backups/")]


@pytest.mark.usefixtures("installed")
def test_a_killed_backup_leaves_nothing_that_looks_finished(env: Env, script: Script) -> None:
    assert linli(env.data_dir, "trail", "seal").returncode == 0
    killed = script(STUCK)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "sealing\n"
    to = env.data_dir / "backups"
    [left] = to.iterdir()
    backup._remove_stale(left)
    assert left.is_dir(), "a backup under way was taken for a dead one"
    killed.kill()
    killed.wait()
    assert left.name.startswith(".")
    with pytest.raises(NoBackup):
        backup_format.read_manifest(left)
    made = backup.make(env, to)
    assert list(to.iterdir()) == [made.folder]
    assert keyring.names(keyring.folder(env.data_dir))[0] == f"backups/{made.manifest.id}"


@pytest.fixture
def fresh(data_dir: Path) -> Path:
    """Another empty place."""
    return data_dir.parent / "fresh"


@pytest.mark.usefixtures("installed")
def test_a_backup_under_write_load_restores_whole(env: Env, fresh: Path, script: Script) -> None:
    writer = script(LOAD)
    assert writer.stdout is not None
    while writer.stdout.readline().strip() != "100":
        assert writer.poll() is None
    made = linli(env.data_dir, "backup")
    assert made.returncode == 0, made.stderr
    [folder] = (env.data_dir / "backups").iterdir()
    assert not any(path.read_bytes().count(b"sign_up:") for path in folder.iterdir())
    writer.kill()
    writer.wait()
    said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert said["tables"]["pair"] == said["tables"]["custody_trailentry"] >= 100

    refused = linli(fresh, "restore", str(folder))
    assert (refused.returncode, "[backup_key_missing]" in refused.stderr) == (1, True)
    shutil.rmtree(fresh, ignore_errors=True)
    copy = f"first={keyring.folder(env.data_dir)}"
    for damaged in _damaged(folder):
        refused = linli(fresh, "restore", str(damaged), LINLI_KEYRING_COPIES=copy)
        assert (refused.returncode, "[backup_" in refused.stderr) == (1, True), (damaged.name, refused.stderr)
        assert f"[{damaged.name.split('.')[-1]}]" in refused.stderr
    destroyed.add(keyring.folder(env.data_dir), ['{"at": "2026-11-24T21:00:00+00:00", "table": "pair", "ids": [3, 4]}'])
    done = linli(fresh, "restore", str(folder), LINLI_KEYRING_COPIES=copy)
    assert done.returncode == 0, done.stderr
    assert "the trail fits" in done.stdout
    with running(Env(data_dir=fresh)) as url, psycopg.connect(url) as there:
        assert there.execute("SELECT count(*) FROM pg_constraint WHERE NOT convalidated").fetchone() == (0,)
        assert there.execute("SELECT count(*) FROM pair").fetchone() == (said["tables"]["pair"] - 2,)
        assert there.execute("SELECT count(*) FROM pair WHERE n IN (3, 4)").fetchone() == (0,)
        orphans = "SELECT count(*) FROM pair LEFT JOIN custody_trailentry e ON e.id = entry WHERE e.id IS NULL"
        assert there.execute(orphans).fetchone() == (0,)
    assert not (layout.find(fresh).home / "restoring").exists()
    again = linli(fresh, "restore", str(folder), LINLI_KEYRING_COPIES=copy)
    assert "[restore_not_empty]" in again.stderr
    verified = linli(fresh, "trail", "verify", "--anchor", said["trail_link"])
    assert verified.returncode == 0, verified.stderr


def _damaged(folder: Path) -> Iterator[Path]:
    """Copies of a backup, each damaged in one way and named after the refusal it must meet."""
    for number, (code, change) in enumerate(
        [
            ("backup_altered", lambda at: _cut(at / CONTENTS)),
            ("backup_altered", lambda at: _set(at, trail_link="00" * 32)),
            ("backup_newer", lambda at: _set(at, linli_backup=99)),
            ("backup_altered", lambda at: (at / MANIFEST).write_text("{", encoding="utf-8")),
        ]
    ):
        damaged = folder.parent.parent / f"damaged{number}.{code}"
        shutil.copytree(folder, damaged)
        change(damaged)
        yield damaged


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


def _set(at: Path, **facts: object) -> None:
    said = json.loads((at / MANIFEST).read_text(encoding="utf-8"))
    (at / MANIFEST).write_text(json.dumps(said | facts), encoding="utf-8")


@pytest.mark.usefixtures("installed")
def test_a_backup_under_way_is_waited_for_before_keys_are_destroyed(env: Env, script: Script) -> None:
    """Its key is added last: whoever listed the keys before that would leave it out."""
    assert linli(env.data_dir, "trail", "seal").returncode == 0
    making = script(STUCK)
    assert making.stdout is not None
    assert making.stdout.readline() == "sealing\n"
    handle = os.open(env.data_dir / "backup-under-way.lock", os.O_RDWR)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        making.kill()
        making.wait()
        with backup.none_under_way(env.data_dir):
            pass
    finally:
        os.close(handle)
