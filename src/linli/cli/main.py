"""The group `linli`: finds its commands when they are called, drops root's rights first, and says what is wrong.

A command lives in the module of its name, as the attribute of its name or as `command`. Modules are imported
only when named, so that `linli run` does not wait for solvers; those that need Django get it set up before.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.conf.env import BadSetting, Env

if TYPE_CHECKING:
    from linli.common.errors import LinliError

# Commands that live in another's module.
MODULES = {"prepare": "run", "worker": "run", "restore": "backup", "first-code": "first"}
COMMANDS = {
    "run": "Run Linli: database, web server and background worker.",
    "worker": "Run the background worker alone.",
    "city": "Build a synthetic city, load a register, report on it.",
    "event": "Events: list them, open one, end one.",
    "closing": "Closings of ended events: where each stands, go on with one.",
    "pack": "Event packs: list those that are there, check one.",
    "muster": "Sign-ups and placement.",
    "scenario": "Play a scenario through the actions.",
    "trail": "The trail of who did or saw what: seal it, prove it.",
    "demo": "The demo city and its sign-in links.",
    "access": "Accounts, roles and sign-in links: by whoever can run commands here.",
    "first-code": "Print a fresh code for whoever makes the first administrator.",
    "backup": "Make a backup, sealed under a key of its own.",
    "upgrade": "Bring the tables up to date after a new Linli was installed, a backup first.",
    "restore": "Restore a backup into an empty place.",
    "keys": "The keyring: what is in it and its copies, rotate it, seal it for the safe.",
    "ca": "Our own certificate authority, for https in an office's Wi-Fi.",
    "doctor": "Look at this installation: what is wrong, and what to do about it.",
    "db": "The database: run a command beside it, see where it lies, start afresh.",
}
WITHOUT_DJANGO = frozenset({"run", "prepare", "worker", "db", "keys", "backup", "restore", "upgrade", "doctor", "ca"})


class Faces(click.Group):
    """A group whose commands are imported when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS and cmd_name not in MODULES:
            return None
        if cmd_name not in WITHOUT_DJANGO:
            set_up_django()
        module = importlib.import_module(f"linli.cli.{MODULES.get(cmd_name, cmd_name)}")
        found = getattr(module, cmd_name, None) or getattr(module, "command", None)
        if not isinstance(found, click.Command):
            raise RuntimeError(f"linli.cli.{cmd_name} has no command named {cmd_name!r} or 'command'")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Faces, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="linli")
def linli() -> None:
    """Linli (邻里): what a city, a street or a community runs when an emergency comes to its doors."""


def set_up_django() -> None:
    """Make models importable. Speaks the terminal's language; connects to nothing yet."""
    import django
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.conf.settings")
    django.setup()
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    translation.activate("zh-hans" if spoken.startswith("zh") else "en")


def main(arguments: list[str] | None = None) -> Any:
    """Run one command.

    Exits 0 when it did what was asked, 1 when it could not (and says why in a sentence with its code), 2 when the
    command line or a setting makes no sense, 130 when it was interrupted.
    """
    from linli.common.errors import LinliError
    from linli.ops import privileges

    try:
        privileges.drop(sys.argv if arguments is None else ["linli", *arguments])
        return linli.main(arguments, prog_name="linli", standalone_mode=True)
    except LinliError as error:
        complain(f"{_told(error)} [{error.code}]")
    except BadSetting as error:
        complain(f"{error} [bad_setting]", code=2)
    except Exception as error:
        known = _of_the_machine(error)
        if known is None:
            raise
        complain(f"{_told(known)} [{known.code}]")


def complain(sentence: str, *, code: int = 1) -> None:
    """Say on standard error what is wrong, and exit."""
    click.echo(f"linli: {sentence}", err=True)
    sys.exit(code)


def _of_the_machine(error: Exception) -> "LinliError | None":
    """What befell any command because the disk is full or the database went away; None: it is a fault of ours."""
    import errno

    import psycopg
    from django.db import InterfaceError, OperationalError

    from linli.ops.cluster import NEEDED_FREE_MB, free_mb
    from linli.ops.errors import DatabaseLost, NoRoom

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = Path(error.filename) if isinstance(error.filename, str) else Env.read(os.environ).data_dir
        return NoRoom(free_mb=free_mb(where), needed_mb=NEEDED_FREE_MB, where=where)
    if isinstance(error, (OperationalError, InterfaceError, psycopg.OperationalError)):
        return DatabaseLost(reason=" ".join(str(error).split()).rstrip(".") + ".")
    return None


def _told(error: Any) -> str:
    from django.conf import settings

    return str(error.told() if settings.configured else error)
