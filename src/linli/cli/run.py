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

GIVES_WAY = 10  # niceness of the worker: a plan may take minutes, a page may not


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
    """Bring the tables up to date; then build and load the demo city where nothing is, and print its sign-in links.

    `--city none` begins for a real community instead, for good: nothing synthetic is loaded there, whatever a later
    start says. While it has had no administrator, a fresh code for the first one is printed.
    """
    with database():
        from linli.people.queries import city_is_synthetic, is_begun, is_for_real

        if stays_root() and holds_people() and not city_is_synthetic():
            raise RealCityAsRoot(user=SYSTEM_USER, python=sys.executable)
        if city == "none" or is_for_real() or (is_begun() and not city_is_synthetic()):
            begin_for_real(wanted=city)
        else:
            linli.main(["demo", "prepare", "--city", city], prog_name="linli", standalone_mode=False)
        if city_is_synthetic():  # in this process, since starting another costs 1.5 s
            linli.main(["demo", "links"], prog_name="linli", standalone_mode=False)


def holds_people() -> bool:
    """Whether anybody is in it: known to it, or signed up."""
    from linli.muster.models import SignUp
    from linli.people.models import Person

    return Person.objects.exists() or SignUp.objects.exists()


def begin_for_real(*, wanted: str) -> None:
    """Keep in mind that this is no demo, and print the code of the first administrator while there is none."""
    from linli.access.actions import TERMINAL
    from linli.access.queries import has_administrator
    from linli.cli.first import print_code
    from linli.common.clock import now
    from linli.people import actions

    actions.begin_for_real(by=TERMINAL, at=now())
    if wanted != "none":
        say("This Linli is for a real community: no demo city is loaded into it.")
    if stays_root():
        say("Look around, but enter nobody yet: with people in it, a start as root is refused (docs/how-to/run.md).")
    if not has_administrator():
        print_code()


@click.command()
def worker() -> None:
    """Run the background worker alone, until it is stopped; jobs in hand get five seconds to finish."""
    os.nice(GIVES_WAY)
    with database():
        from django.core.management import call_command

        from linli.common.clock import now
        from linli.muster.runs import fail_dead

        fail_dead(at=now())
        call_command("procrastinate", "worker", "--concurrency", "5", "--shutdown-graceful-timeout", "5")


def say(sentence: str) -> None:
    """Print a line; a terminal that has gone is no reason to leave things running."""
    try:
        click.echo(sentence)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
