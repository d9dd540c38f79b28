"""`linli run` and its steps, each a process of its own."""

import os
import sys

import click

from linli.cli.main import linli
from linli.cli.session import database
from linli.conf.env import Env
from linli.ops import serve
from linli.ops.account import SYSTEM_USER
from linli.ops.errors import RealCityAsRoot
from linli.ops.privileges import stays_root


@click.command()
@click.option(
    "--city",
    type=click.Choice(["datong", "qingyang", "none"]),
    default="datong",
    envvar="LINLI_CITY",
    show_default=True,
    show_envvar=True,
    help="The synthetic city to build where no city is loaded; none: start empty.",
)
def run(city: str) -> None:
    """Run Linli: database, web server and background worker, until Ctrl-C.

    Exits 1 and says why when the port is taken, the disk is full, the database too old or somebody else's, or
    another Linli uses the data; nothing is left running then.
    """
    steps = serve.Steps(
        prepare=["-m", "linli", "prepare", "--city", city],
        web=["-m", "linli.ops.web"],
        worker=["-m", "linli", "worker"],
    )
    serve.run(Env.read(os.environ), steps, say)


@click.command(hidden=True)
@click.option("--city", default="none")
def prepare(city: str) -> None:
    """Bring the tables up to date; with a city, build and load it where none is, and print its sign-in links."""
    with database():
        from linli.people.models import City
        from linli.people.queries import city_is_synthetic

        if stays_root() and City.objects.exists() and not city_is_synthetic():
            raise RealCityAsRoot(user=SYSTEM_USER, python=sys.executable)
        if city != "none":
            linli.main(["demo", "prepare", "--city", city], prog_name="linli", standalone_mode=False)
        if city_is_synthetic():  # in this process, since starting another costs 1.5 s
            linli.main(["demo", "links"], prog_name="linli", standalone_mode=False)


@click.command()
def worker() -> None:
    """Run the background worker alone, until it is stopped; jobs in hand get five seconds to finish."""
    with database():
        from django.core.management import call_command

        from linli.common.clock import now
        from linli.muster.runs import fail_dead

        fail_dead(at=now())
        call_command("procrastinate", "worker", "--concurrency", "4", "--shutdown-graceful-timeout", "5")


def say(sentence: str) -> None:
    """Print a line; a terminal that has gone is no reason to leave things running."""
    try:
        click.echo(sentence)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
