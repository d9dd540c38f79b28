"""`linli backup` and `linli restore`."""

import os
from pathlib import Path

import click

from linli.cli.keys import tell
from linli.cli.main import set_up_django
from linli.conf.env import Env


@click.command()
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where; default: LINLI_BACKUPS, else LINLI_DATA/backups.",
)
def backup(to: Path | None) -> None:
    """Make a backup, while Linli runs or not. Its key goes into the keyring and its copies, and nowhere else.

    Exits 1 where no backup was made, or where a copy of the keyring did not get its key.
    """
    from linli.ops import backup as making
    from linli.ops import scheduled

    env = Env.read(os.environ)
    made = making.make(env, (to or env.backups_to or env.data_dir / "backups").absolute())
    scheduled.note_made(env.data_dir, made)
    click.echo(f"{made.folder}: {sum(made.manifest.tables.values())} rows, {made.manifest.size} bytes.")
    click.echo(f"newest link of the trail: {made.manifest.trail_link or 'none, nothing is sealed'}")
    if to is None and env.backups_to is None:
        click.echo("It lies on the disk of the data. Take it to another one, or name one with --to.")
    tell(made.copies)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def restore(folder: Path) -> None:
    """Restore the backup in FOLDER into LINLI_DATA, where no database may be yet, and prove its trail.

    What is on the destruction list is destroyed again before anything is opened.
    """
    from linli.cli.session import database
    from linli.ops import restore as restoring

    env = Env.read(os.environ)
    manifest = restoring.restore(env, folder, _known)
    with database(real_too=True):  # what is restored is itself a backup
        from linli.custody.proofs import verify

        anchor = bytes.fromhex(manifest.trail_link) if manifest.trail_link else None
        proof = verify(anchor=anchor)
    for line in proof.wrong:
        click.echo(f"wrong: {line}", err=True)
    if proof.wrong:
        raise click.ClickException("The trail in this backup does not fit. The database is there; look at it.")
    click.echo(f"Restored as of {manifest.made_at}: {sum(manifest.tables.values())} rows, and the trail fits.")


def _known() -> frozenset[str]:
    set_up_django()
    from django.db.migrations.loader import MigrationLoader

    return frozenset(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)
