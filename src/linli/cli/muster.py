"""`linli muster`: placement from the terminal."""

import json
from datetime import datetime, timedelta
from typing import Any

import click

from linli.access.callers import grants_in_force
from linli.access.models import User
from linli.cli.progress import bar
from linli.cli.session import database
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.events.models import Event
from linli.muster import jobs, queries, repairing, runs
from linli.muster.models import Allocation
from linli.muster.movers import Mover, movers_of
from linli.places.models import Area


@click.group()
def muster() -> None:
    """Sign-ups and placement."""


@muster.command()
@click.option("--event", "event_id", type=int, required=True, help="Number of the event.")
@click.option("--area", "area_id", type=int, required=True, help="Number of the area to place in.")
@click.option("--by", "username", required=True, help="Account that decides there; it stands on record.")
@click.option(
    "--days", type=click.IntRange(0, 9999), default=7, show_default=True, help="How long people are placed for."
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--pool", type=click.Choice(Allocation.Pool.values), default="residents", show_default=True)
def allocate(event_id: int, area_id: int, username: str, days: int, as_json: bool, pool: str) -> None:
    """Work out a proposal over an area. Publishes nothing: a named person does that on the page.

    Exits 0 with a proposal, 1 when it is refused or fails, 2 when the command line makes no sense.
    """
    with database():
        at = now()
        caller, event, area = _who_and_where(event_id, area_id, username, at)
        during = from_on(at, at + timedelta(days=days))
        run = runs.begin(event, area, during=during, pool=Allocation.Pool(pool), by=caller, at=at)
        _work_out(run, f"Placing in {area.name}")
    if run.state != Allocation.State.PROPOSED:
        raise click.ClickException(f"The allocation failed, nothing was changed. [{run.failure}]")
    if as_json:
        click.echo(json.dumps({"allocation": run.pk, "proved": run.proved, **run.summary}, ensure_ascii=False))
        return
    found = run.summary
    click.echo(
        f"Allocation {run.pk}: {found['placed_new']:,} people newly placed, {found['pinned']:,} stay; "
        f"{found['grids_served']:,} of {found['grids']:,} grids that ask have people, "
        f"{found['short']:,} places stay empty. "
        + ("Proved: there is no better arrangement." if run.proved else "Not proved to be the best.")
    )


@muster.command()
@click.option("--event", "event_id", type=int, required=True, help="Number of the event.")
@click.option("--area", "area_id", type=int, required=True, help="Number of the area to repair.")
@click.option("--by", "username", required=True, help="Account that decides there; it stands on record.")
@click.option(
    "--gone", type=int, multiple=True, help="Placement of somebody who cannot come; none: fill what is empty."
)
@click.option("--mode", type=click.Choice(["calm", "exact"]), default="calm", show_default=True)
@click.option(
    "--pool",
    type=click.Choice(Allocation.Pool.values),
    help="Who comes instead; else people of work units where all who go are, or who signed up.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def replace(
    event_id: int, area_id: int, username: str, gone: tuple[int, ...], mode: str, pool: str | None, as_json: bool
) -> None:
    """Free people who cannot come, and work out who moves and who is called instead. Publishes nothing.

    Exits 0 with a proposal, 1 when it is refused or fails, 2 when the command line makes no sense.
    """
    with database():
        at = now()
        caller, event, area = _who_and_where(event_id, area_id, username, at)
        placements = queries.placements_visible_to(caller, event, area, gone, at)
        which = Allocation.Pool(pool) if pool else None
        how = Allocation.Mode(mode)
        run = repairing.replace_those(event, area, placements, mode=how, pool=which, by=caller, at=at)
        _work_out(run, f"Repairing {area.name}")
        chains = movers_of(caller, run, range(len(run.summary.get("chains", []))), at)
        grids = {grid for people in chains.values() for one in people for grid in (one.to, one.gone_from) if grid}
        names = {grid.pk: grid.name for grid in Area.objects.filter(pk__in=grids)}
    if run.state != Allocation.State.PROPOSED:
        raise click.ClickException(f"The repair failed; whoever cannot come is free. [{run.failure}]")
    if as_json:
        click.echo(json.dumps({"allocation": run.pk, "proved": run.proved, **run.summary}, ensure_ascii=False))
        return
    found = run.summary
    click.echo(
        f"Allocation {run.pk}: {found['moved']:,} people would move, {found['placed_new']:,} would be called, "
        f"{found['short']:,} places stay empty."
    )
    for number, people in chains.items():
        chain = found["chains"][number]
        start = "where they meet" if run.pool == Allocation.Pool.UNITS else "home"
        click.echo(f"{names[chain['grid']]}: {'; '.join(_step(one, names, start) for one in people)}{_saved(chain)}")


def _step(one: Mover, names: dict[int, str], start: str) -> str:
    who = one.name or "somebody"
    came = f"moves from {names[one.gone_from]}" if one.gone_from is not None else "is called"
    return f"{who} {came} to {names[one.to]} ({one.metres:,} m from {start})"


def _saved(chain: dict[str, Any]) -> str:
    if chain["alone"] is None or chain["alone"] <= chain["cost"]:
        return "."
    return f". If nobody moved it would be worse by {chain['alone'] - chain['cost']:,}."


def _who_and_where(event_id: int, area_id: int, username: str, at: datetime) -> tuple[Caller, Event, Area]:
    user = User.objects.filter(username=username, is_active=True).first()
    event = Event.objects.filter(pk=event_id).first()
    if user is None or event is None:
        raise NotFound
    caller = Caller(user=user.pk, grants=grants_in_force(at, user=user.pk))
    return caller, event, queries.area_visible_to(caller, area_id)


def _work_out(run: Allocation, title: str) -> None:
    """Work it out here; a run that does not come to its end is not left waiting."""
    try:
        with bar(title) as tell:
            jobs.work_out(run, heard=tell)
    except BaseException:
        Allocation.objects.filter(pk=run.pk).update(state=Allocation.State.FAILED, failure="stopped", finished_at=now())
        raise
    run.refresh_from_db()
