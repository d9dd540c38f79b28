"""Somebody nobody knew of: behind a door, or present without one. Whom they may be is proposed at once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.errors import Invalid
from linli.common.typed import tidied
from linli.events.models import Event
from linli.events.queries import active_event
from linli.ledger import duplicates, moving, scope
from linli.ledger.errors import FoundOutsideEvents, NameMissing, NotYourDoor, StayInTheFuture
from linli.ledger.going import household_behind
from linli.ledger.models import Arrived
from linli.people.models import Person, Stay
from linli.people.rules import mask_of
from linli.places.models import Area, Level

MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says who was not known.

    Attributes:
        dwelling: the door they live or stay behind; else `micro_grid`, where they are present without one.
        guest: stays for a while; else lives there. joins: the household behind the door; else one of their own.
        needs: bits of ``people.models.Need``, as a list.
    """

    name: str
    since: datetime
    dwelling: int | None = None
    micro_grid: int | None = None
    guest: bool = False
    joins: bool = True
    phone: str = ""
    id_no: str = ""
    sex: str = ""
    born: date | None = None
    needs: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who is new, and whom they may be."""

    person: Person
    like: list[duplicates.Pair]


@transaction.atomic
def arrive(
    said: Newcomer,
    *,
    event: Event | None = None,
    fact: UUID | None = None,
    form: UUID | None = None,
    by: Caller,
    at: datetime,
) -> Arrival:
    """Write down somebody who was found during an event; the event keeps what identifies them, and it goes with it.

    Args:
        event: the one they were found for; else the one that is active there.
        fact: what made them known.
        form: handed out with the empty form: sent twice, it is one person.

    Raises:
        NameMissing: nothing to call them by, or nothing that can be read. StayInTheFuture: they came later than now.
        NotYourDoor: the door, or the micro-grid, is somebody else's. FoundOutsideEvents: no event is under way there.
        BadPhone, BadIdNumber, CountedElsewhere: as ``people.actions`` raises them.
    """
    if form is not None and (known := _made_known_by(form)) is not None:
        return Arrival(known, duplicates.like(known.pk, by, at))
    name = name_of(said.name)
    if said.since > at:
        raise StayInTheFuture(since=said.since)
    micro = said.micro_grid
    if said.dwelling is not None:
        micro = scope.micro_grids_of([said.dwelling], at).get(said.dwelling)
    area = Area.objects.filter(pk=micro, level=Level.MICRO_GRID).first()
    if area is None or not scope.finds_in(by, area.pk, at):
        raise NotYourDoor
    event = event or active_event(at, area.pk)
    if event is None:
        raise FoundOutsideEvents
    household = household_behind(said.dwelling, joins=said.joins) if said.dwelling is not None else None
    person = moving.found(
        holder=event.pk,
        name=name,
        phone=said.phone.strip(),
        id_no=said.id_no.strip(),
        sex=said.sex,
        born=said.born,
        needs=mask_of(said.needs),
        kind=Stay.Kind.GUEST if said.guest else Stay.Kind.HOME,
        counted_in=area,
        household=household,
        since=said.since,
        fact=fact,
        by=by,
        at=at,
    )
    if form is not None:
        Arrived.objects.create(form=form, person=person)
    return Arrival(person, duplicates.like(person.pk, by, at))


def _made_known_by(form: UUID) -> Person | None:
    with connection.cursor() as cursor:  # a double tap arrives as two requests at once
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"arrived:{form}"])
    return Person.objects.filter(pk__in=Arrived.objects.filter(form=form).values("person")).first()


def name_of(text: str) -> str:
    """A name as it is kept.

    Raises:
        NameMissing: nothing to call them by, or nothing that can be read.
    """
    try:
        kept = tidied(text)
    except Invalid as problem:
        raise NameMissing(most=MOST_NAME) from problem
    if not 0 < len(kept) <= MOST_NAME:
        raise NameMissing(most=MOST_NAME)
    return kept
