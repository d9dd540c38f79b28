"""Bringing the tables of real data up to date: a backup first, then one step after the other.

Where it is, the database itself says: each step stands in its own transaction with its line in `django_migrations`.
`upgrade.json` in the data folder names the backup that was made before the first of them, so that whoever begins again
after a kill keeps that one: it is the last that the older Linli can read.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from linli.common.caller import NOBODY
from linli.common.clock import now
from linli.common.errors import LinliError
from linli.conf.env import Env
from linli.ops import backup, backup_format, notes
from linli.ops.errors import DatabaseNewer, DataInUse

STATE = "upgrade.json"
PATIENCE_S = 15.0
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Begun:
    """An upgrade under way.

    Attributes:
        backup: the folder of the backup made before it.
        migrations: "room.name" of each step that was applied then.
    """

    backup: str
    migrations: list[str]


def upgrade(env: Env, url: str, to: Path, say: Say) -> Path | None:
    """Upgrade the database at that URL; backups go into a folder under `to`. Nobody else may use it.

    Begun again after a kill, it goes on where it was. Returns the backup from before; None where nothing was stored.

    Raises:
        DataInUse: somebody is connected.
        DatabaseNewer: a newer Linli made these tables; nothing was changed.
        BackupNoRoom, BackupNotWritten, BackupBroken: no backup, so nothing was changed.
    """
    from django.db import connection

    _see_nobody_else(url)
    check_not_newer()
    begun, waiting = _begun(env), _waiting()
    if not waiting and begun is None:
        say("Nothing to do: the tables are those of this Linli.")
        return None
    if waiting and holds_something():
        begun = begun if begun is not None and _goes_on(begun) else _back_up(env, to, say)
    if waiting:
        _apply(len(waiting), say)
    _finish(begun)
    connection.close()
    (env.data_dir / STATE).unlink(missing_ok=True)
    say("The tables are up to date.")
    return Path(begun.backup) if begun else None


def check_not_newer() -> None:
    """See that this Linli knows every step that was applied.

    Raises:
        DatabaseNewer: it does not.
    """
    if unknown := applied() - _loader().disk_migrations.keys():
        raise DatabaseNewer(number=len(unknown), step=".".join(sorted(unknown)[0]))


def holds_something() -> bool:
    """Whether anybody has done anything with this database: whatever is done leaves an entry in the trail."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('custody_trailentry') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return False
        cursor.execute("SELECT EXISTS (SELECT FROM custody_trailentry)")
        return bool(cursor.fetchone()[0])


def applied() -> set[tuple[str, str]]:
    """The steps that stand in the database."""
    return set(_loader().applied_migrations)


def _loader() -> Any:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(connection)


def _waiting() -> list[tuple[str, str]]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [(step.app_label, step.name) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _see_nobody_else(url: str) -> None:
    """Whoever runs Linli on our own database holds its lock; on another one, their connections show.

    That of an upgrade that was killed stays until the server has finished its statement: it is waited for.
    """
    patience = time.monotonic() + PATIENCE_S
    with psycopg.connect(url, autocommit=True) as there:
        while others := _others(there):
            if time.monotonic() > patience:
                raise DataInUse(where="the database", who=f"{others} connections are open")
            time.sleep(0.1)


def _others(there: psycopg.Connection[Any]) -> int:
    found = there.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'linli'"
        " AND pid <> %s",
        [_own_pid()],
    ).fetchone()
    return int(found[0]) if found is not None else 0


def _own_pid() -> int:
    from django.db import connection

    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def _begun(env: Env) -> Begun | None:
    said = notes.read(env.data_dir / STATE)
    return Begun(str(said["backup"]), said["migrations"]) if said else None


def _goes_on(begun: Begun) -> bool:
    """Whether steps have been applied since that backup, and it is whole.

    Where none has, people may have worked with the older Linli meanwhile: a new backup costs little.
    """
    if {".".join(each) for each in applied()} <= set(begun.migrations):
        return False
    try:
        manifest, _ = backup_format.read_manifest(Path(begun.backup))
        backup_format.check_sum(Path(begun.backup), manifest)
    except LinliError:
        return False
    return True


def _back_up(env: Env, to: Path, say: Say) -> Begun:
    say("Making a backup first …")
    made = backup.make(env, to)
    begun = Begun(str(made.folder), made.manifest.migrations)
    notes.write(env.data_dir / STATE, asdict(begun))
    say(f"The backup from before lies in {made.folder}.")
    return begun


def _apply(number: int, say: Say) -> None:
    """Apply what waits, each step in its own transaction."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    done = 0

    def tell(action: str, migration: Any = None, fake: bool | None = False) -> None:
        nonlocal done
        if action == "apply_start":
            done += 1
            say(f"{done} of {number}: {migration.app_label}.{migration.name}")

    executor = MigrationExecutor(connection, progress_callback=tell)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _finish(begun: Begun | None) -> None:
    """What Django keeps beside the tables (kinds of contents, permissions), and the entry in the trail."""
    from django.core.management import call_command

    from linli.custody import trail

    call_command("migrate", interactive=False, verbosity=0)
    if begun is not None:
        subject = f"backup:{Path(begun.backup).name}"
        trail.record("system.upgraded", who=NOBODY, subject=subject, at=now())
