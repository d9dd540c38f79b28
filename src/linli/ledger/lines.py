"""One person as the ledger's lists and cards show them: masked, and of a child less (DESIGN.md §5).

Of whoever is under fourteen nobody is shown a phone or an ID number, and a grid worker no name either: an age band and
the needs are enough to help a child, and whoever answers for them is the way to reach them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.timezone import localdate

from linli.common.caller import Caller
from linli.custody import masks, secrets
from linli.ledger import scope
from linli.people import rules
from linli.people.models import REGISTER, SERVICE, Need

_SAID = """
SELECT DISTINCT ON (p.id) p.id, coalesce(i.name, ''), coalesce(i.sex, ''), i.born, coalesce(i.needs, 0), i.phone,
    i.id_no, i.holder, s.kind, s.since, s.household_id, coalesce(h.dwelling_id, s.home_id), p.counted_in_id
FROM people_person p
LEFT JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since
LEFT JOIN people_household h ON h.id = s.household_id
LEFT JOIN people_identity i ON i.person_id = p.id AND i.holder <> %(service)s
WHERE p.id = ANY(%(persons)s)
ORDER BY p.id, i.holder = %(register)s DESC, i.holder DESC
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One person.

    Attributes:
        name, phone, id_no: behind their masks; empty where there is none or it is not for this caller.
        band: the ages they may be of, both ends in it; None where that is not known.
        kind, since: of their newest stay; kind is empty where they never were anywhere.
        dwelling: the door of their household, or their home where it has none.
        desk: whether the caller reads what a desk reads.
    """

    person: int
    name: str
    sex: str
    band: tuple[int, int] | None
    child: bool
    adult: bool
    needs: list[Need]
    phone: str
    id_no: str
    kind: str
    since: datetime | None
    household: int | None
    dwelling: int | None
    counted_in: int | None
    desk: bool


def lines(persons: Collection[int], by: Caller, at: datetime) -> dict[int, Line]:
    """People as a caller sees them, by id; those outside the caller's area are missing. Two queries and one an area."""
    belongs = scope.belongs(persons, at)
    ways = set(belongs.values())
    seen = {way: scope.looks_in(by, way, at) for way in ways}
    desk = {way: scope.reads_rows_of(by, way, at) for way in ways}
    theirs = [person for person, way in belongs.items() if seen[way]]
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"persons": theirs, "service": SERVICE, "register": REGISTER})
        rows = cursor.fetchall()
    return {row[0]: _line(row, desk=desk[belongs[row[0]]], at=at) for row in rows}


def _line(row: tuple[object, ...], *, desk: bool, at: datetime) -> Line:
    person, name, sex, born, needs, phone, id_no, _, kind, since, household, dwelling, counted_in = row
    today = localdate(at)
    child = rules.is_child(born, needs, today)  # type: ignore[arg-type]
    numbers = not child
    return Line(
        person=person,  # type: ignore[arg-type]
        name=masks.mask_name(str(name)) if desk or not child else "",
        sex=str(sex),
        band=rules.age_band(born, today),  # type: ignore[arg-type]
        child=child,
        adult=born is not None and rules.age_on(born, today) >= rules.OF_AGE,  # type: ignore[arg-type]
        needs=[need for need in Need if needs >> need & 1],  # type: ignore[operator]
        phone=masks.mask_phone(secrets.unseal(phone)) if phone is not None and numbers else "",  # type: ignore[arg-type]
        id_no=masks.mask_id(secrets.unseal(id_no)) if id_no is not None and numbers and desk else "",  # type: ignore[arg-type]
        kind=str(kind or ""),
        since=since,  # type: ignore[arg-type]
        household=household,  # type: ignore[arg-type]
        dwelling=dwelling,  # type: ignore[arg-type]
        counted_in=counted_in,  # type: ignore[arg-type]
        desk=desk,
    )
