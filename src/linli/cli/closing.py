"""`linli closing`: where the closings of ended events stand, and going on with one beside or without a worker."""

import click
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext

from linli.cli.session import needs_database
from linli.closing import work
from linli.closing.models import Closing, Step
from linli.closing.words import STEPS
from linli.common.clock import now
from linli.common.errors import NotFound, error_of
from linli.events.models import Event


@click.group()
def closing() -> None:
    """Closings of ended events: where each stands, go on with one."""


@closing.command(name="list")
@needs_database
def list_closings() -> None:
    """Print ended events: number, state, end, steps done, what stands in the way, name."""
    closings = {each.event_id: each for each in Closing.objects.prefetch_related("steps")}
    for event in Event.objects.filter(ended_at__lte=now()).order_by("-ended_at", "-pk"):
        found = closings.get(event.pk)
        steps = list(found.steps.all()) if found is not None else []
        done = sum(step.done_at is not None for step in steps)
        failures = [step.failure for step in steps if step.failure]
        state = found.state if found is not None else "-"
        words = (f"{localtime(event.ended_at):%Y-%m-%d}", f"{done}/{len(Step.What)}", *(failures or ["-"]), event.name)
        click.echo("  ".join((f"{event.pk:>6}", f"{state:<9}", *words)))


@closing.command(name="go-on")
@click.argument("number", type=int)
@needs_database
def go_on(number: int) -> None:
    """Go on with the closing of event NUMBER, which two people have confirmed on the page.

    Exits 1 where something stands in the way, with the reason; what is done stays done.
    """
    found = Closing.objects.filter(event=number).first()
    if found is None:
        raise NotFound
    if found.state == Closing.State.REVIEW:
        raise click.ClickException("Two people have not confirmed it yet.")
    code = work.go_on(found.pk, settings.ENV, lambda what: click.echo(gettext(STEPS[Step.What(what)]) + " …"))
    if code:
        step = found.steps.filter(failure=code).first()
        raise error_of(code, step.facts.get("why", {}) if step is not None else {})
    settled = work.settle(settings.ENV)
    click.echo(f"The closing of event {number} is done." + (f" {settled} copies settled." if settled else ""))
