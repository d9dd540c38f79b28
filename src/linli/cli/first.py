"""`linli first-code`: a fresh code for whoever makes the first administrator in the browser."""

import os

import click

from linli.access.actions import TERMINAL, issue_first_code
from linli.cli.session import needs_database
from linli.common.clock import now
from linli.conf.env import Env
from linli.people.actions import begin_for_real
from linli.people.queries import is_begun


@click.command()
@needs_database
def command() -> None:
    """Print a fresh code that makes the first administrator; the one before it ends.

    Exits 1 once somebody is administrator.
    """
    if not is_begun():
        begin_for_real(by=TERMINAL, at=now())
    print_code()


def print_code() -> None:
    """Print where the first administrator is made, and the code."""
    code = issue_first_code(at=now())
    click.echo(
        f"Nobody is administrator yet. Open {Env.read(os.environ).site}/first/ and type this code there, once, "
        f"within 24 hours:\n\n    {code}\n"
    )
