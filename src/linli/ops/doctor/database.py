"""The database and what lives by it: its version, the tables, the worker, the seals of the trail."""

import functools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from django.utils.translation.trans_null import gettext_noop

from linli.common.errors import LinliError
from linli.conf.env import Env
from linli.ops import cluster
from linli.ops.cluster import OLDEST_SERVER
from linli.ops.doctor.fact import Fact, State

WORKER_SILENT_S = 30.0  # one that lives says so every ten seconds
UNSEALED_S = 120.0  # the sealer comes every ten seconds

Database = psycopg.Connection[Any]


@contextmanager
def database_of(env: Env) -> Iterator[tuple[Database | None, str]]:
    """A connection of its own to the database where it runs, else None and why. Starts nothing."""
    try:
        opened = psycopg.connect(cluster.database_url(env), connect_timeout=3, autocommit=True)
    except LinliError as error:
        yield None, str(error)
    except psycopg.OperationalError as error:
        yield None, " ".join(str(error).split())
    else:
        with closing(opened):
            yield opened, ""


def answers(database: Database | None, reason: str) -> Fact:
    """Whether the database answers, and is new enough."""
    name = gettext_noop("Database")
    if database is None:
        return Fact(
            "database",
            State.BAD,
            name,
            gettext_noop("The database does not answer. {reason}"),
            gettext_noop("Start Linli with make run. If it runs, read postgres.log in the data folder."),
            {"reason": reason},
            stops=True,
        )
    version = database.info.server_version
    values = {"version": f"{version // 10000}.{version % 10000}", "needed": OLDEST_SERVER}
    if version // 10000 < OLDEST_SERVER:
        return Fact(
            "database",
            State.BAD,
            name,
            gettext_noop("The database is PostgreSQL {version}; Linli needs {needed} or newer."),
            gettext_noop("Let DATABASE_URL name a newer PostgreSQL, or leave it out: Linli brings its own."),
            values,
            stops=True,
        )
    return Fact("database", State.GOOD, name, gettext_noop("PostgreSQL {version} answers."), values=values)


@functools.cache
def _on_disk() -> frozenset[tuple[str, str]]:
    """The steps of the tables that this Linli brings; none where Django is not set up."""
    from django.apps import apps

    if not apps.is_installed("linli.custody"):
        return frozenset()
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None).disk_migrations)


def tables(database: Database) -> Fact:
    """Whether every step of this Linli's tables was taken."""
    name, done = gettext_noop("Tables"), set()
    if there(database, "django_migrations"):
        done = {(app, step) for app, step in database.execute("SELECT app, name FROM django_migrations").fetchall()}
    waiting = len(_on_disk() - done)
    if waiting or not done:
        return Fact(
            "tables",
            State.BAD,
            name,
            gettext_noop("The tables are older than this Linli; steps that wait: {waiting}."),
            gettext_noop("Stop Linli and start it again: starting brings the tables up to date."),
            {"waiting": waiting},
            stops=True,
        )
    return Fact("tables", State.GOOD, name, gettext_noop("The tables are those of this Linli."))


def worker(database: Database) -> Fact:
    """When the background worker last said that it lives."""
    name = gettext_noop("Background worker")
    asked = "SELECT extract(epoch FROM clock_timestamp() - max(last_heartbeat))::float8 FROM procrastinate_workers"
    silent = one(database, asked)
    remedy = gettext_noop("Stop Linli and start it again; worker.log in the data folder says why it ended.")
    if silent is None:
        return Fact("worker", State.BAD, name, gettext_noop("No background worker runs."), remedy, stops=True)
    values = {"seconds": max(0, round(silent))}
    if silent > WORKER_SILENT_S:
        says = gettext_noop("The background worker has said nothing for {seconds} seconds.")
        return Fact("worker", State.BAD, name, says, remedy, values, stops=True)
    return Fact("worker", State.GOOD, name, gettext_noop("Seen {seconds} seconds ago."), values=values)


def trail(database: Database) -> Fact:
    """Entries without a seal can still be changed without a trace: they should be seconds old."""
    asked = "SELECT count(*), extract(epoch FROM clock_timestamp() - min(recorded_at))::float8 FROM custody_trailentry"
    found = database.execute(f"{asked} WHERE seal_id IS NULL").fetchone()
    number, oldest = found if found is not None else (0, None)
    name, values = gettext_noop("Trail"), {"number": number, "seconds": round(oldest or 0)}
    if (oldest or 0) > UNSEALED_S:
        return Fact(
            "trail",
            State.WARN,
            name,
            gettext_noop("Entries without a seal: {number}, the oldest for {seconds} seconds."),
            gettext_noop("The background worker seals them: see that it runs, or seal them now with linli trail seal."),
            values,
        )
    return Fact("trail", State.GOOD, name, gettext_noop("Everything older than two minutes is sealed."), values=values)


def is_real(database: Database) -> bool:
    """Whether a city is there that is not made up; tables older than this Linli may lack it."""
    return there(database, "people_city") and one(database, "SELECT bool_or(NOT synthetic) FROM people_city") is True


def has_tables(database: Database) -> bool:
    return all(there(database, table) for table in ("procrastinate_workers", "custody_trailentry"))


def there(database: Database, table: str) -> bool:
    return one(database, "SELECT to_regclass(%s) IS NOT NULL", table) is True


def one(database: Database, query: str, *values: object) -> Any:
    found = database.execute(query, values).fetchone()
    return found[0] if found is not None else None
