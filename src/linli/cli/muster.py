"""`linli muster`: placement from the terminal."""

import json
from datetime import timedelta

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
from linli.muster import jobs, queries, runs
from linli.muster.models import Allocation


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
def allocate(event_id: int, area_id: int, username: str, days: int, as_json: bool) -> None:
    """Work out a proposal over an area. Publishes nothing: a named person does that on the page.

    Exits 0 with a proposal, 1 when it is refused or fails, 2 when the command line makes no sense.
    """
    with database():
        at = now()
        user = User.objects.filter(username=username, is_active=True).first()
        event = Event.objects.filter(pk=event_id).first()
        if user is None or event is None:
            raise NotFound
        caller = Caller(user=user.pk, grants=grants_in_force(at, user=user.pk))
        area = queries.area_visible_to(caller, area_id)
        during = from_on(at, at + timedelta(days=days))
        run = runs.begin(event, area, during=during, by=caller, at=at)
        try:
            with bar(f"Placing in {area.name}") as tell:
                jobs.work_out(run, heard=tell)
        except BaseException:
            Allocation.objects.filter(pk=run.pk).update(
                state=Allocation.State.FAILED, failure="stopped", finished_at=now()
            )
            raise
        run.refresh_from_db()
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
