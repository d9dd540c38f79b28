"""`linli doctor`: what is wrong with this installation, and what to do about it."""

import json
import os
import sys
from pathlib import Path

import click
from django.conf import settings

import linli
from linli.common.errors import LinliError
from linli.conf.env import Env
from linli.custody.keyring import DJANGO, KeyringError
from linli.ops import doctor as facts
from linli.ops.doctor import State

MARKS = {State.GOOD: "  ok ", State.WARN: "  !  ", State.BAD: " !!! "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: an array of facts.")
def doctor(as_json: bool) -> None:
    """Look at database, tables, worker, keys, trail, clock, disk and port; say the remedy of what is wrong.

    Starts and changes nothing. Exits 1 where something is bad.
    """
    env = Env.read(os.environ)
    speak(env)
    with facts.database_of(env) as (database, reason):
        found = facts.examine(env, database, reason)
        told = [fact.told() for fact in found]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for fact, said in zip(found, told, strict=True):
            click.echo(f"{MARKS[fact.state]} {said['name']}: {said['sentence']}")
            if said["remedy"]:
                click.echo(f"       → {said['remedy']}")
    sys.exit(1 if any(fact.state is State.BAD for fact in found) else 0)


def speak(env: Env) -> None:
    """Set Django up where its key is there; else words alone, so that looking makes no key."""
    from linli.cli.main import set_up_django

    if (env.data_dir / "keyring" / f"{DJANGO}.key").is_file():
        try:
            set_up_django()
            return
        except (LinliError, KeyringError, OSError):
            pass  # the facts say why
    if not settings.configured:
        settings.configure(LOCALE_PATHS=[Path(linli.__file__).parent / "locale"], USE_TZ=True)
    set_up_django()
