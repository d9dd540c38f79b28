"""The duty log as lists to take out: for the desk of a community its entries, for the street those that it holds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop

from linli.access.models import User
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.common.moments import local
from linli.custody.export import Column, Listing
from linli.custody.roles import Reveal
from linli.desk import queries, rules
from linli.desk.models import Entry
from linli.desk.queries import Said
from linli.desk.words import PRIORITY_WORDS
from linli.places import queries as places
from linli.places.models import Area, Level

KEY = "duty_log"
OPEN, CLOSED = "open", "closed"
TITLES = {OPEN: gettext_noop("Duty log: open"), CLOSED: gettext_noop("Duty log: closed")}


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry with what was typed about it in clear, and the name of the account that has it."""

    row: Entry
    said: Said
    holder: str


def duty_log(caller: Caller, area_id: int, part: str, at: datetime) -> Listing[Noted]:
    """Entries of the event under way in an area down to a community, as far as the caller sees them.

    Raises:
        NotFound: it does not exist, is a grid, lies elsewhere, or there is no such part.
        NoEventForEntry: no event is under way there.
    """
    seen = places.within(caller.areas(*queries.HOLDING), at)
    area = Area.objects.filter(pk=area_id, level__lte=Level.COMMUNITY, place__in=seen).first()
    if area is None or part not in TITLES:
        raise NotFound
    event = queries.event_to_log(area, at)
    rows = queries.entries_within(caller).filter(
        event=event, community__in=places.within([area.pk], at), closed_at__isnull=part == OPEN
    )
    return Listing(
        key=KEY,
        part=part,
        title=gettext(TITLES[part]),
        where=area.called,
        area=area.pk,
        above=tuple(each.pk for each in places.ancestors(area.pk, at)),
        event=event.pk,
        columns=COLUMNS,
        records=lambda: _noted(rules.in_order(rows, at) if part == OPEN else rows.order_by("-closed_at", "-pk")),
        people=_people,
    )


def _noted(rows: Iterable[Entry]) -> list[Noted]:
    entries = list(rows)
    names = dict(User.objects.filter(pk__in={row.holder for row in entries}).values_list("pk", "display_name"))
    return [Noted(row, queries.said(row), names.get(row.holder or 0, "")) for row in entries]


def _people(one: Noted) -> tuple[str, ...]:
    """Whoever called counts by the entry; who was found in the register counts as themselves."""
    known = (f"person:{one.row.person_id}",) if one.row.person_id is not None else ()
    return (f"duty_entry:{one.row.pk}", *known)


def _typed(text: Callable[[Said], str]) -> Callable[[Noted], str]:
    return lambda one: text(one.said)


COLUMNS: tuple[Column[Noted], ...] = (
    Column("received_at", gettext_noop("When"), ("desk.Entry", "received_at"), lambda one: local(one.row.received_at)),
    Column(
        "priority",
        gettext_noop("How soon"),
        ("desk.Entry", "priority"),
        lambda one: str(PRIORITY_WORDS[one.row.priority]),
    ),
    Column("due_at", gettext_noop("By when"), ("desk.Entry", "due_at"), lambda one: local(one.row.due_at)),
    Column(
        "caller",
        gettext_noop("Who called or came"),
        ("desk.Entry", "caller"),
        _typed(lambda said: " ".join(part for part in (said.caller, said.phone or "") if part)),
        _typed(lambda said: rules.masked_caller(said.caller, said.phone)),
        Reveal.PHONE,
    ),
    Column(
        "about",
        gettext_noop("About"),
        ("desk.Entry", "about"),
        _typed(lambda said: said.about),
        _typed(lambda said: rules.masked_about(said.about)),
        Reveal.DOOR,
    ),
    Column(
        "need",
        gettext_noop("Needed"),
        ("desk.Entry", "need"),
        _typed(lambda said: said.need),
        _typed(lambda said: rules.masked_text(said.need)),
        Reveal.PHONE,
    ),
    Column("holder", gettext_noop("Held by"), ("desk.Entry", "holder"), lambda one: one.holder),
    Column(
        "done",
        gettext_noop("What was done"),
        ("desk.Entry", "done"),
        _typed(lambda said: said.done),
        _typed(lambda said: rules.masked_text(said.done)),
    ),
)
