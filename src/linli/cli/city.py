"""`linli city`: build a synthetic city, load its register, report how true it is."""

import errno
import time
from collections.abc import Callable
from pathlib import Path

import click

from linli.access.actions import TERMINAL
from linli.cli.progress import bar
from linli.cli.session import database
from linli.common.clock import now
from linli.people import register
from linli.places.errors import AlreadyThere
from linli.scenarios.city import FolderRegister, telling_bad_folders
from linli.scenarios.errors import FolderNotMade
from linli.simulation import CityFolder, ReportRow
from linli.simulation import build as build_folder
from linli.simulation import report as report_on

FULL = (errno.ENOSPC, errno.EDQUOT)  # the disk is full: said by `main`, for any command
SIZES = ("datong", "qingyang", "chengdu")


@click.group()
def city() -> None:
    """Build a synthetic city, load a register, report on it."""


@city.command("build")
@click.argument("size", type=click.Choice(SIZES))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A folder that does not exist yet.")
def build_city(size: str, seed: int, out: Path) -> None:
    """Write a synthetic city: truth/ (everybody) and register/ (what an office would know)."""
    try:
        with bar(f"Building {size}") as tell:
            build(size, seed, out, tell)
    except OSError as error:
        if error.errno in FULL:
            raise
        told = FolderNotMade(where=out, reason=error.strerror or "?")
        raise click.BadParameter(f"{told.told()} [{told.code}]", param_hint="--out") from error
    click.echo(f"{size} with seed {seed} is in {out}.")


@city.command("load")
@click.argument("folder", type=click.Path(path_type=Path))
def load_city(folder: Path) -> None:
    """Load the register of a city folder. A second load says that it is there and changes nothing."""
    with database():
        try:
            counts = load(folder)
        except AlreadyThere as error:
            click.echo(error.told())
            return
    click.echo("Loaded: " + ", ".join(f"{number:,} {kind}" for kind, number in counts.items()) + ".")


@city.command("report")
@click.argument("folder", type=click.Path(path_type=Path))
def report_city(folder: Path) -> None:
    """Print what a city holds beside the published figure and its source; assumptions come last.

    Counts from the files. Exits 1 when a figure is more than 1 % and more than one off its source.
    """
    with telling_bad_folders(), bar("Counting") as tell:
        rows = report_on(folder, progress=lambda done, total, street: tell(done / total, street))
    for row in rows:
        click.echo(_line(row))
    if off := sum(row.within is False for row in rows):
        raise click.ClickException(f"{off} of {len(rows)} figures do not agree with their source")


def _line(row: ReportRow) -> str:
    if not row.generated:
        return f"assumed  {row.what}: {row.expected}"
    word = {True: "agrees", False: "DIFFERS", None: ""}[row.within]
    beside = f" against {row.expected}" if row.expected else ""
    return f"{word:<8} {row.what}: {row.generated}{beside}  [{row.source}]"


def build(size: str, seed: int, out: Path, tell: Callable[[float, str], None]) -> None:
    """Build a city into a folder that does not exist yet, telling how far it is."""
    with telling_bad_folders():
        build_folder(size, seed, out, progress=lambda done, total, street: tell(done / total, street))


def load(folder: Path) -> dict[str, int]:
    """Load a city folder's register, with a bar; counts by kind. The database must be running."""
    began = time.perf_counter()
    with telling_bad_folders(), bar("Loading") as tell:
        source = FolderRegister(CityFolder(folder))
        counts = register.load(source, synthetic=True, by=TERMINAL, at=now(), progress=tell)
    click.echo(f"Loaded in {time.perf_counter() - began:.1f} s.", err=True)
    return counts
