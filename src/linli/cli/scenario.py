"""`linli scenario`: play a scenario through the actions."""

from pathlib import Path

import click

from linli.cli.progress import bar
from linli.cli.session import database
from linli.command.queries import facts
from linli.command.record import texts
from linli.common.clock import now
from linli.scenarios import article as played
from linli.scenarios.city import telling_bad_folders
from linli.simulation import CityFolder


@click.group()
def scenario() -> None:
    """Play a scenario through the actions."""


@scenario.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True)
@click.option("--publish/--no-publish", default=True, show_default=True, help="Let the city publish the proposal.")
def article(folder: Path, seed: int, publish: bool) -> None:
    """Play the article on the city whose register is loaded; FOLDER is that city's, with its truth.

    Ends with the briefing, whose figures are counted from the rows.
    """
    with database():
        with telling_bad_folders(), bar("Playing") as tell:
            done = played.play(CityFolder(folder), seed, publish=publish, progress=tell)
        for text in texts(facts(done.event, done.allocation.area, now())):
            click.echo(text)
