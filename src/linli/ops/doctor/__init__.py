"""How this installation is: facts for the command line, the administrator's page and whoever watches from outside.

`examine` gathers them, one file a subject; each is data, with a state and, where something is wrong, its remedy.
Nothing here needs Django's settings, makes a key, or starts a database: a doctor who is called because nothing works
must not need it.
"""

from linli.common.clock import now
from linli.conf.env import Env
from linli.ops.doctor.backup import backups
from linli.ops.doctor.database import Database, answers, database_of, has_tables, is_real, tables, trail, worker
from linli.ops.doctor.fact import Fact, State
from linli.ops.doctor.keyring import key
from linli.ops.doctor.machine import clock, disk
from linli.ops.doctor.post import sending
from linli.ops.doctor.serving import ALIVE, certificate, port

__all__ = [
    "ALIVE",
    "Database",
    "Fact",
    "State",
    "backups",
    "certificate",
    "database_of",
    "essential",
    "examine",
    "ready",
    "sending",
]


def examine(env: Env, database: Database | None, reason: str = "") -> list[Fact]:
    """Every fact, the ones everything stands on first. `reason` says why there is no database."""
    return [
        *essential(env, database, reason),
        *([trail(database)] if database is not None and has_tables(database) else []),
        clock(env.data_dir, database),
        disk(env),
        port(env),
        *([certificate(env)] if env.tls_cert is not None else []),
        *sending(env, real=database is not None and is_real(database)),
        *([backups(env, now())] if env.backups_to is not None or (database is not None and is_real(database)) else []),
    ]


def essential(env: Env, database: Database | None, reason: str = "") -> list[Fact]:
    """What Linli cannot work without: database, tables, worker, key."""
    found = [answers(database, reason)]
    if database is not None:
        found.append(tables(database))
        if has_tables(database):
            found.append(worker(database))
    return [*found, key(env.data_dir)]


def ready(env: Env, database: Database | None) -> dict[str, bool]:
    """Whether each of the essential things is there, by its key."""
    said = {"database": False, "tables": False, "worker": False, "key": False}
    return said | {fact.key: not fact.stops for fact in essential(env, database)}
