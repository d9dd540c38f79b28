"""`linli event`: events from the terminal, in the name of an account that decides about them."""

from datetime import datetime

import click
from django.utils.timezone import get_current_timezone, localtime, make_aware

from linli.access.callers import grants_in_force
from linli.access.errors import NoSuchAccount
from linli.access.models import User
from linli.cli.session import needs_database
from linli.closing import ending
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.custody.roles import Decide, deciding
from linli.events import actions
from linli.events.models import Event, EventArea
from linli.events.queries import event_visible_to
from linli.places.models import Area
from linli.places.names import place_names

MINUTE = click.DateTime(formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"])
BY = click.option("--by", "username", required=True, help="Account that decides about events; it stands on record.")


@click.group()
def event() -> None:
    """Events: list them, open one, end one."""


@event.command(name="list")
@click.option("--all", "every", is_flag=True, help="Those that have ended too.")
@needs_database
def list_events(every: bool) -> None:
    """Print events: number, state, pack, since, until, name, where. Times are those of the place."""
    at = now()
    found = list(Event.objects.order_by("-started_at", "-pk"))
    shown = [each for each in found if every or each.ended_at is None or each.ended_at > at]
    covered = list(EventArea.objects.filter(event__in=shown).order_by("area").values_list("event", "area"))
    names = place_names({area for _, area in covered})
    for each in shown:
        where = ", ".join(names.get(area, "") for number, area in covered if number == each.pk)
        until = f"{localtime(each.ended_at):%Y-%m-%d %H:%M}" if each.ended_at else "-"
        words = (_state(each, at), f"{each.pack} {each.pack_version}", f"{localtime(each.started_at):%Y-%m-%d %H:%M}")
        click.echo("  ".join((f"{each.pk:>6}", *words, until, each.name, where)))


@event.command(name="open")
@click.argument("name")
@click.option("--name-en", default="", help="Its name in English.")
@click.option("--pack", required=True, help="Code of the event pack: see `linli pack list`.")
@click.option("--area", "areas", type=int, multiple=True, help="Number of an area; left out: all that the account has.")
@click.option("--real", "kind", flag_value="real", help="It is real.")
@click.option("--exercise", "kind", flag_value="exercise", help="It is an exercise; every page says so.")
@click.option("--starts", type=MINUTE, help="When it starts (YYYY-MM-DD HH:MM, time of the place); left out: now.")
@BY
@needs_database
def open_event(
    name: str,
    name_en: str,
    pack: str,
    areas: tuple[int, ...],
    kind: str | None,
    starts: datetime | None,
    username: str,
) -> None:
    """Open an event. Exits 1 when it is refused, with the reason; nothing was opened then."""
    if kind is None:
        raise click.UsageError("Say whether it is --real or an --exercise.")
    caller, at = _caller(username), now()
    chosen = list(areas) or caller.areas(*deciding(Decide.EVENTS))
    found = list(Area.objects.filter(pk__in=chosen))
    if len(found) != len(set(chosen)):
        raise NotFound
    opened = actions.open_event(
        name,
        name_en=name_en,
        pack=pack,
        areas=found,
        exercise=kind == "exercise",
        starts=make_aware(starts, get_current_timezone()) if starts is not None else None,
        by=caller,
        at=at,
    )
    click.echo(f"Event {opened.pk} is open: {opened.name}, from {localtime(opened.started_at):%Y-%m-%d %H:%M}.")


@event.command(name="end")
@click.argument("number", type=int)
@BY
@needs_database
def end_event(number: int, username: str) -> None:
    """End an event now, with its zones; it cannot be taken back. Nothing is destroyed by it."""
    caller, at = _caller(username), now()
    ended = ending.end_event(event_visible_to(caller, number, at), by=caller, at=at)
    click.echo(f"Event {number} has ended: {ended.name}. Nobody signs up for it any more.")


@event.command(name="call-off")
@click.argument("number", type=int)
@BY
@needs_database
def call_off_event(number: int, username: str) -> None:
    """Take back an event that has not begun."""
    caller, at = _caller(username), now()
    found = event_visible_to(caller, number, at)
    actions.call_off_event(found, by=caller, at=at)
    click.echo(f"Event {number} is called off: {found.name}.")


def _state(each: Event, at: datetime) -> str:
    state = "ended" if each.ended_at and each.ended_at <= at else "to come" if each.started_at > at else "under way"
    return f"{state:<9} {'exercise' if each.exercise else 'real':<8}"


def _caller(username: str) -> Caller:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NoSuchAccount(username=username)
    return Caller(user=user.pk, grants=grants_in_force(now(), user=user.pk))
