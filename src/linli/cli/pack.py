"""`linli pack`: event packs, those that are there and what is wrong with one."""

from pathlib import Path

import click

from linli.events import packs


@click.group()
def pack() -> None:
    """Event packs: list those that are there, check one."""


@pack.command(name="list")
def list_packs() -> None:
    """Print the packs that are there: code, version, from when until when they may be used, name."""
    for each in packs.shipped():
        until = each.valid.until.isoformat() if each.valid.until else "-"
        click.echo(f"{each.code:<16}{each.version:<8}{each.valid.since.isoformat()}  {until:<10}  {each.name.told()}")


@pack.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
def check(files: tuple[Path, ...]) -> None:
    """Say what is wrong with a pack: file, line and reason, every mistake. Exits 1 where there is one."""
    wrong = 0
    for path in files:
        mistakes = packs.check(path)
        for mistake in mistakes:
            click.echo(mistake.told(), err=True)
        wrong += len(mistakes)
        if not mistakes:
            found = packs.read(path)
            click.echo(f"{path.name}: nothing is wrong ({found.code}, version {found.version}).")
    if wrong:
        raise click.ClickException(f"Mistakes found: {wrong}. [bad_pack]")
