"""`linli upgrade`: a backup, then the tables up to date."""

import os
from pathlib import Path

import click

from linli.cli.main import set_up_django
from linli.conf.env import Env


@click.command()
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Where the backup goes.")
def upgrade(to: Path | None) -> None:
    """Bring the tables up to date after a new Linli was installed: a backup first. Linli must be stopped.

    Killed at any moment, it goes on where it was when it is begun again.
    """
    from linli.ops import upgrade as upgrading
    from linli.ops.cluster import running

    env = Env.read(os.environ)
    folder = (to or env.backups_to or env.data_dir / "backups").absolute()
    with running(env, alone=True) as url:
        set_up_django()
        from django.db import connections

        try:
            before = upgrading.upgrade(env, url, folder, click.echo)
        finally:
            connections.close_all()
    if before is not None:
        click.echo(f"Keep the backup from before until you have seen that all is well: {before}")
