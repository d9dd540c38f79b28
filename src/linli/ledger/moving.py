"""Moves: in, out, between grids, hospital, school, quarantine, guests, away and back. One person, one grid.

A move locks the person, files the stay, and brings every open roll up to date in the same transaction. News of an
earlier move, as from a phone that had no signal, is filed where it belongs in time and says nothing about now.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.ledger import standing
from linli.ledger.errors import MoveSaidAlready, StayInTheFuture
from linli.people import actions as people
from linli.people.errors import LaterStayKnown
from linli.people.models import Household, Person, Stay
from linli.people.partitions import have_partition
from linli.places import queries as places
from linli.places.models import Area, Place
from linli.rolls import moving as rolls
from linli.rolls.models import Cause, Roll

_ROOTS = """
WITH RECURSIVE up (asked, person) AS (
    SELECT p, p FROM unnest(%s::bigint[]) AS p
    UNION SELECT up.asked, m.kept_id FROM up JOIN people_sameas m ON m.person_id = up.person AND m.undone_at IS NULL)
SELECT u.asked, u.person FROM up u
WHERE NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = u.person AND m.undone_at IS NULL)
"""


def whom(persons: Collection[int]) -> dict[int, int]:
    """Whom each of some ids stands for: themselves, or the one they were merged into."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOTS, [list(persons)])
        return dict(cursor.fetchall())


def lock_persons(persons: Collection[int]) -> dict[int, Person]:
    """Lock people, lowest id first (DESIGN.md §2); those who do not exist are missing."""
    return {row.pk: row for row in Person.objects.select_for_update(no_key=True).filter(pk__in=persons).order_by("pk")}


@transaction.atomic
def move(
    persons: Sequence[int],
    *,
    kind: Stay.Kind,
    counted_in: Area | None = None,
    household: Household | None = None,
    home: Place | None = None,
    since: datetime,
    died: bool = False,
    fact: UUID | None = None,
    by: Caller,
    at: datetime,
) -> list[Stay]:
    """Let people be somewhere from a moment on, and count them there in every open roll.

    Args:
        kind: HOME or GUEST behind a door, or a place that counts them (hospital, school, quarantine), AWAY or GONE.
        counted_in: the micro-grid; None for AWAY and GONE.
        household, home: where they live; stays the same while they are counted elsewhere. None: as before.
        died: with GONE, whether they died; else they moved out.

    Raises:
        StayInTheFuture: it begins later than now.
        MoveSaidAlready: another move of one of them at that very moment is known.
        NotAMicroGrid, CountedElsewhere: as ``people.actions.move``.
    """
    standing_for = sorted(set(whom(persons).values()))
    if household is not None:
        people.lock_buildings_of([household.dwelling_id])
    locked = lock_persons(standing_for)
    where = Where(kind, counted_in, household, home, since, died, fact)
    filed = [file(locked[person], where, by=by, at=at) for person in standing_for]
    moves = [meant for _, meant in filed if meant is not None]
    rolls.apply(moves, standing.in_open_sweeps([m.subject for m in moves], happened_at=since, fact=fact), at=at)
    return [stay for stay, _ in filed]


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody is from a moment on, as ``move`` takes it."""

    kind: Stay.Kind
    counted_in: Area | None
    household: Household | None
    home: Place | None
    since: datetime
    died: bool = False
    fact: UUID | None = None


def file(person: Person, where: Where, *, by: Caller, at: datetime) -> tuple[Stay, rolls.Move | None]:
    """File one stay of somebody who is locked, and say what it means for the rolls: nothing where it is old news.

    For actions that bring the rolls up to date themselves, once for all they do. Raises as ``move``.
    """
    if where.since > at:
        raise StayInTheFuture(since=where.since)
    before = Stay.objects.select_related("household").filter(person=person, since__lt=where.since)
    last = before.order_by("-since").first()
    household = where.household or (last.household if last else None)
    try:
        stay = people.move(
            person,
            kind=where.kind,
            counted_in=where.counted_in,
            household=household,
            home=where.home or (last.home if last else None),
            since=where.since,
            late=True,
            by=by,
            at=at,
        )
    except LaterStayKnown as error:
        raise MoveSaidAlready(since=where.since) from error
    newest = person.counted_since is None or person.counted_since < where.since
    return stay, _meant(person, stay, where, at) if newest else None


def _meant(person: Person, stay: Stay, where: Where, at: datetime) -> rolls.Move:
    """What a stay that says where somebody is now means for the rolls. `person` is as it was before."""
    if stay.kind == Stay.Kind.GONE:
        cause = Cause.DIED if where.died else Cause.MOVED_OUT
        return rolls.Move(Roll.Of.PERSONS, person.pk, None, cause, stay.since, fact=where.fact)
    away = stay.kind == Stay.Kind.AWAY
    counted = counted_at_home(stay, at) or person.counted_in_id if away else stay.counted_in_id
    return rolls.Move(Roll.Of.PERSONS, person.pk, counted, Cause.MOVED, stay.since, away=away, fact=where.fact)


def counted_at_home(stay: Stay, at: datetime) -> int | None:
    """The micro-grid that holds the door of a stay's household, where whoever is away is accounted for."""
    return places.micro_grid_of(stay.household.dwelling_id, at) if stay.household is not None else None


def come(
    *,
    holder: int,
    name: str,
    phone: str = "",
    id_no: str = "",
    needs: int = 0,
    sex: str = "",
    born: date | None = None,
    kind: Stay.Kind = Stay.Kind.HOME,
    counted_in: Area,
    household: Household | None = None,
    since: datetime,
    fact: UUID | None = None,
    by: Caller,
    at: datetime,
) -> tuple[Person, rolls.Move]:
    """Somebody nobody knew of: an identity held by whoever keeps it, a stay, and what that means for the rolls.

    For actions that bring the rolls up to date themselves, once for all they do.

    Raises:
        StayInTheFuture: it begins later than now.
        BadPhone, BadIdNumber, NotAMicroGrid, CountedElsewhere: as ``people.actions`` raises them.
    """
    if since > at:
        raise StayInTheFuture(since=since)
    have_partition(holder)
    who = {"name": name, "phone": phone, "id_no": id_no, "needs": needs, "sex": sex, "born": born}
    person = people.add_person(holder=holder, **who, by=by, at=at)  # type: ignore[arg-type]
    people.move(person, kind=kind, counted_in=counted_in, household=household, since=since, by=by, at=at)
    return person, rolls.Move(Roll.Of.PERSONS, person.pk, counted_in.pk, Cause.FOUND, since, fact=fact)


@transaction.atomic
def found(*, since: datetime, fact: UUID | None = None, by: Caller, at: datetime, **said: Any) -> Person:
    """Somebody nobody knew of, and a place in every open roll there. Takes and raises what ``come`` does."""
    person, entered = come(since=since, fact=fact, by=by, at=at, **said)
    rolls.apply([entered], standing.in_open_sweeps([person.pk], happened_at=since, fact=fact), at=at)
    return person


@transaction.atomic
def reassign(place: Place, micro_grid: Area, *, by: Caller, at: datetime) -> int:
    """Let another micro-grid hold a building or a door: who lives there is counted in it, and so are its doors.

    Returns how many people. Raises as ``people.actions.reassign``.
    """
    moved = people.reassign(place, micro_grid, by=by, at=at)
    doors = people.doors_following(place)
    moves = [rolls.Move(Roll.Of.PERSONS, person, micro_grid.pk, Cause.MOVED, at) for person in moved]
    moves += [rolls.Move(Roll.Of.DOORS, door, micro_grid.pk, Cause.MOVED, at) for door in doors]
    rolls.apply(moves, at=at)
    return len(moved)
