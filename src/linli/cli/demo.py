"""`linli demo`: the demo city and its sign-in links."""

import contextlib
import os
from pathlib import Path

import click
from django.db import transaction

from linli.cli import city as city_commands
from linli.cli.progress import bar
from linli.cli.session import database
from linli.conf.env import Env
from linli.people.models import City
from linli.scenarios import article
from linli.scenarios import demo as demo_city
from linli.scenarios.errors import AlreadyPlayed
from linli.simulation import CityFolder

SEED = 1


@click.group()
def demo() -> None:
    """The demo city and its sign-in links."""


@demo.command()
@click.option("--city", "size", type=click.Choice(["datong", "qingyang"]), default="datong", show_default=True)
def prepare(size: str) -> None:
    """Build and load the demo city and work out a first proposal, where none is loaded. Publishes nothing."""
    folder = Env.read(os.environ).data_dir / "cities" / f"{size}-{SEED}"
    unplayed = folder.with_name(f"{folder.name}.unplayed")
    with database():
        if not City.objects.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            if not folder.exists():
                with bar(f"Building {size}") as tell:
                    city_commands.build(size, SEED, folder, tell)
            unplayed.touch()
            city_commands.load(folder)
        if unplayed.exists():
            play_first(folder)
            unplayed.unlink()


def play_first(folder: Path) -> None:
    """Let people sign up and work out the first proposal, all of it or nothing: whoever is killed begins again."""
    with transaction.atomic(), contextlib.suppress(AlreadyPlayed), bar("Playing") as tell:
        article.play(CityFolder(folder), SEED, publish=False, progress=tell)
        demo_city.demo_roles()


@demo.command()
def links() -> None:
    """Print a fresh one-time sign-in link for each demo role. Only on a synthetic city."""
    env = Env.read(os.environ)
    with database():
        for role, url in demo_city.fresh_links(env.site):
            click.echo(f"{role.role:<16} {url}  {role.where}")
