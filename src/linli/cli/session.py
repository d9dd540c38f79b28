"""A database and its tables for the length of one command."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import click

from linli.cli.main import set_up_django
from linli.conf.env import Env

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def database(*, real_too: bool = False) -> Iterator[None]:
    """Have the database running, with all migrations, and Django connected to it: joined, or started and stopped.

    Args:
        real_too: bring older tables up to date even where they hold real data.

    Raises:
        UpgradeNeeded: they do, and a backup comes first (`linli upgrade`).
        LinliError: it cannot be had; nothing was changed.
    """
    from linli.ops.cluster import running

    with running(Env.read(os.environ)):
        set_up_django()
        from django.db import connections

        try:
            migrate(real_too=real_too)
            yield
        finally:
            connections.close_all()


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command with `database()` around it."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with database():
            return command(*args, **kwargs)

    return wrapped


def migrate(*, real_too: bool = False) -> bool:
    """Bring the tables up to date, one process at a time; says so where there was something to do.

    Raises:
        DatabaseNewer: a newer Linli made them.
        UpgradeNeeded: there is real data in them, and a backup comes first.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from linli.ops import upgrade
    from linli.ops.errors import UpgradeNeeded

    def behind() -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    upgrade.check_not_newer()
    if not behind():
        return False
    if not real_too and upgrade.holds_something() and not _synthetic():
        raise UpgradeNeeded
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('linli.migrate'))")
        try:
            if behind():
                click.echo("Preparing the tables …", err=True)
                call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('linli.migrate'))")
    return True


def _synthetic() -> bool:
    """Whether the city is made up, asked of tables that may be older than their models."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('people_city') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return False
        cursor.execute("SELECT EXISTS (SELECT FROM people_city WHERE synthetic)")
        return bool(cursor.fetchone()[0])
