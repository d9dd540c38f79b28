"""`linli db`: where the database lies, a program beside it, a fresh start."""

import os
import subprocess
import sys

import click

from linli.conf.env import Env
from linli.ops import layout, locks
from linli.ops.cluster import database_url, running
from linli.ops.errors import DataInUse


@click.group()
def db() -> None:
    """The database: see where it lies, run a program beside it, start afresh."""


@db.command()
def where() -> None:
    """Print the database's URL and, for our own, the folder it lies in and whether it runs."""
    env = Env.read(os.environ)
    click.echo(f"url: {database_url(env)}")
    if env.database_url is None:
        at = layout.find(env.data_dir)
        click.echo(f"folder: {at.cluster}")
        click.echo(f"log: {at.log}")
        click.echo(f"running: {'yes, ' + locks.owner(at.owner_lock) if locks.is_owned(at.owner_lock) else 'no'}")


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED)
def beside(program: tuple[str, ...]) -> None:
    """Run a program while the database runs, with DATABASE_URL set. Exits as the program does."""
    with running(Env.read(os.environ)) as url:
        try:
            done = subprocess.run(program, env=os.environ | {"DATABASE_URL": url}, check=False)
        except OSError as error:
            raise click.ClickException(f"{program[0]} cannot be run: {error.strerror}.") from error
    sys.exit(done.returncode)


@db.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def wipe(yes: bool) -> None:
    """Delete the database and everything else in the data directory, to start afresh."""
    env = Env.read(os.environ)
    if env.database_url:
        raise click.ClickException("DATABASE_URL is set: that database is not ours to delete.")
    if not env.data_dir.exists():
        click.echo(f"There is nothing in {env.data_dir}.")
        return
    at = layout.find(env.data_dir)
    with locks.owning(at.owner_lock) as ours:
        if not ours:
            raise DataInUse(where=at.data_dir, who=locks.owner(at.owner_lock))
        if not yes:
            click.confirm(f"Delete the database in {at.home} and everything in {at.data_dir}?", abort=True)
        layout.remove(at)
    click.echo(f"{at.data_dir} is empty.")
