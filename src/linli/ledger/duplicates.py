"""Entries that may be one person: proposed within a community, decided by its desk, never merged by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import trail
from linli.ledger import likeness, merging, scope
from linli.ledger.errors import MergedWithItself, NotYourPerson
from linli.ledger.likeness import Known, alike
from linli.ledger.models import Apart
from linli.ledger.moving import lock_persons
from linli.ledger.search import HERE
from linli.people.models import REGISTER, SERVICE, SameAs
from linli.places import queries as places
from linli.places.models import Level

MOST = 50
_KNOWN = """
SELECT DISTINCT ON (p.id) p.id, i.name, i.name_key, i.born, i.id_index, i.phone_index, d.id, d.physical_parent_id
FROM people_person p JOIN people_identity i ON i.person_id = p.id AND i.holder <> %(service)s
LEFT JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since
LEFT JOIN people_household h ON h.id = s.household_id
LEFT JOIN places_place d ON d.id = coalesce(h.dwelling_id, s.home_id)
WHERE p.id = ANY(%(persons)s)
  AND NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
ORDER BY p.id, i.holder = %(register)s DESC, i.holder DESC
"""
# Each way begins at an index of its own: of ID numbers, of phones, of those behind the door and of the building's
# doors. What they find is judged by the rule afterwards; a phone alone is thrown away there.
_LIKE = """
SELECT i.person_id FROM people_identity i WHERE i.id_index = %(id_index)s AND i.holder <> %(service)s
UNION SELECT i.person_id FROM people_identity i WHERE i.phone_index = %(phone_index)s AND i.holder <> %(service)s
UNION SELECT s.person_id FROM places_dwelling d JOIN people_household h ON h.dwelling_id = d.place_id
    JOIN people_stay s ON s.household_id = h.id JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
    JOIN people_identity i ON i.person_id = p.id AND i.name = %(name)s
    WHERE d.building_id = %(building)s
LIMIT 500
"""
# Whoever has the same ID number and has not moved away for good.
_SAME_ID = """
SELECT DISTINCT i.person_id FROM people_identity i JOIN people_person p ON p.id = i.person_id
JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since AND s.kind <> 'gone'
WHERE i.id_index = %(index)s AND i.holder <> %(service)s AND i.person_id <> %(person)s LIMIT 20
"""
# Those of the area who share an ID number, or a name with a phone or a building: from the area's people, hashed once.
_PAIRS = (
    f"WITH {HERE}"  # noqa: S608 (constants)
    + """,
known AS MATERIALIZED (
    SELECT DISTINCT ON (here.id) here.id, i.name, i.name_key, i.born, i.id_index, i.phone_index,
        coalesce(h.dwelling_id, s.home_id) AS dwelling
    FROM here JOIN people_identity i ON i.person_id = here.id AND i.holder <> %(service)s
    JOIN people_person p ON p.id = here.id
    LEFT JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since
    LEFT JOIN people_household h ON h.id = s.household_id
    WHERE NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = here.id AND m.undone_at IS NULL)
    ORDER BY here.id, i.holder = %(register)s DESC, i.holder DESC),
stood AS MATERIALIZED (
    SELECT known.*, d.physical_parent_id AS building FROM known LEFT JOIN places_place d ON d.id = known.dwelling),
pair AS (
    SELECT a.id AS one, b.id AS other FROM stood a JOIN stood b ON a.id_index = b.id_index AND a.id < b.id
    UNION SELECT a.id, b.id FROM stood a
        JOIN stood b ON a.phone_index = b.phone_index AND a.name_key = b.name_key AND a.id < b.id
    UNION SELECT a.id, b.id FROM stood a
        JOIN stood b ON a.building = b.building AND a.name = b.name AND a.id < b.id WHERE a.name <> '')
SELECT one, other FROM pair
WHERE NOT EXISTS (SELECT FROM ledger_apart t WHERE t.lower_id = one AND t.higher_id = other)
ORDER BY one, other LIMIT %(most)s
"""
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one person, the one known longer first, and why; reasons of ``likeness``."""

    one: int
    other: int
    reasons: tuple[str, ...]


def like(person_id: int, by: Caller, at: datetime) -> list[Pair]:
    """Whom somebody may be, in their community, as far as the caller reads it. Four queries, each from an index."""
    mine = _known([person_id]).get(person_id)
    seat = scope.belongs([person_id], at).get(person_id)
    if mine is None or seat is None:
        return []
    two = _apart(person_id)
    found = [(each, why) for each, why in _alike(mine, seat[0], by, at) if each.person not in two]
    return [_pair(mine, each, why) for each, why in found]


def like_said(said: Known, micro_grid: int, by: Caller, at: datetime) -> list[tuple[int, tuple[str, ...]]]:
    """Whom somebody may be who is only said to be there, and why, what is surest first; as ``like``.

    Args:
        said: what was said of them, under no number (0). micro_grid: of the door they were said to be behind.
    """
    found = _alike(said, micro_grid, by, at)
    return [(each.person, why) for each, why in sorted(found, key=lambda row: (_weight(row[1]), row[0].person))]


def _alike(mine: Known, seat: int, by: Caller, at: datetime) -> list[tuple[Known, tuple[str, ...]]]:
    """Those of the community of a micro-grid who may be somebody, as far as the caller reads them, and why."""
    facts: dict[str, Any] = {
        "service": SERVICE,
        "id_index": mine.id_index,
        "phone_index": mine.phone_index,
        "name": mine.name,
        "building": mine.building,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LIKE, facts)
        found = _known([row[0] for row in cursor.fetchall() if row[0] != mine.person])
    seats = scope.belongs(found, at)
    community = _community(seat, at)
    return [
        (each, reasons)
        for each in found.values()
        if (reasons := alike(mine, each))
        and each.person in seats
        and _community(seats[each.person][0], at) == community
        and scope.looks_in(by, seats[each.person], at)
    ]


def known_elsewhere(person_id: int, by: Caller, at: datetime) -> bool:
    """Whether somebody's ID number stands in the ledger of another community too, for a desk that reads the number.

    No more is said: whoever could learn where somebody lives by typing their number would look people up. They can say
    themselves where they live, and the desk there writes down that they moved.
    """
    mine = _known([person_id]).get(person_id)
    if mine is None or mine.id_index is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_SAME_ID, {"index": mine.id_index, "service": SERVICE, "person": person_id})
        others = _known([row[0] for row in cursor.fetchall()])
    seats = scope.belongs([person_id, *others], at)
    if person_id not in seats or not scope.reads_rows_of(by, seats[person_id], at):
        return False
    here, two = _community(seats[person_id][0], at), _apart(person_id)
    return any(other in seats and other not in two and _community(seats[other][0], at) != here for other in others)


def pairs(by: Caller, at: datetime) -> list[Pair]:
    """Pairs that wait for the caller's desk, `MOST` of them."""
    areas = scope.decided_over(by, at)
    if not areas:
        return []
    facts: dict[str, Any] = {"areas": areas, "at": at, "service": SERVICE, "register": REGISTER, "most": 4 * MOST}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, facts)
        rows = cursor.fetchall()
    known = _known(list({person for row in rows for person in row}))
    made = [
        _pair(known[one], known[other], reasons)
        for one, other in rows
        if one in known and other in known and (reasons := alike(known[one], known[other]))
    ]
    return sorted(made, key=lambda each: (_weight(each.reasons), each.one, each.other))[:MOST]


def pair_visible_to(by: Caller, one: int, other: int, at: datetime) -> Pair:
    """Two people side by side, alike or not, for a desk that decides over both; no reasons where nothing is alike.

    Raises:
        NotFound: one of them does not belong to the caller's area. MergedWithItself: they are one entry.
    """
    if one == other:
        raise MergedWithItself
    seats = scope.belongs([one, other], at)
    if len(seats) < 2 or not all(scope.decides_in(by, seat, at) for seat in seats.values()):
        raise NotFound
    known = _known([one, other])
    if len(known) < 2:
        return Pair(min(one, other), max(one, other), ())
    return _pair(known[one], known[other], alike(known[one], known[other]))


@transaction.atomic
def are_one(one: int, other: int, *, by: Caller, at: datetime) -> SameAs:
    """Say that two entries are one person: the one known longer is kept. Raises as ``merging.merge``."""
    found = _known([one, other])
    if len(found) == 2:
        pair = _pair(found[one], found[other], alike(found[one], found[other]))
        return merging.merge(pair.other, pair.one, reason=likeness.code(pair.reasons), by=by, at=at)
    return merging.merge(max(one, other), min(one, other), reason=likeness.code(()), by=by, at=at)


@transaction.atomic
def are_two(one: int, other: int, *, by: Caller, at: datetime) -> None:
    """Say that two entries are two people, so that they are not proposed again. Said twice, it is said once.

    Raises:
        MergedWithItself: they are one entry. NotYourPerson: the caller does not decide over both.
    """
    if one == other:
        raise MergedWithItself
    lower, higher = sorted((one, other))
    locked = lock_persons([lower, higher])
    if len(locked) < 2 or not all(scope.decides_over_person(by, each, at) for each in locked.values()):
        raise NotYourPerson
    _, fresh = Apart.objects.get_or_create(lower_id=lower, higher_id=higher, defaults={"by": by.user, "at": at})
    if fresh:
        trail.record("person.told_apart", who=by, subject=f"person:{lower}", at=at, facts={"other": higher})


def _known(persons: Sequence[int]) -> dict[int, Known]:
    """What tells people apart, of those who stand for themselves; in one query."""
    facts: dict[str, Any] = {"persons": list(persons), "service": SERVICE, "register": REGISTER}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, facts)
        return {
            row[0]: Known(row[0], row[1], row[2], row[3], _bytes(row[4]), _bytes(row[5]), row[6], row[7])
            for row in cursor.fetchall()
        }


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if value is not None else None


def _pair(one: Known, other: Known, reasons: tuple[str, ...]) -> Pair:
    """The lower id was known first: it is the one to keep."""
    first, second = sorted((one.person, other.person))
    return Pair(first, second, reasons)


def _weight(reasons: tuple[str, ...]) -> tuple[int, int]:
    """What is surest comes first: an ID number, then whoever agrees in most."""
    return (0 if likeness.ID_NO in reasons else 1, -len(reasons))


def _apart(person_id: int) -> set[int]:
    rows = Apart.objects.filter(lower=person_id) | Apart.objects.filter(higher=person_id)
    return {other for pair in rows.values_list("lower", "higher") for other in pair} - {person_id}


def _community(micro_grid: int, at: datetime) -> int | None:
    return next((area.pk for area in places.ancestors(micro_grid, at) if area.level == Level.COMMUNITY), None)
