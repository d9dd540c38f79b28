"""Reading people: where they live, and what belongs to an area."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.timezone import localdate

from linli.access.models import User
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody.roles import Decide, See, deciding, seeing
from linli.people.models import (
    REGISTER,
    SERVICE,
    City,
    Household,
    Identity,
    Load,
    Organisation,
    Person,
    Stay,
    Volunteer,
)
from linli.places import queries as places
from linli.places.models import Area, Dwelling, Place


def people_in_place(place_ids: Iterable[int]) -> list[int]:
    """Ids of people whose newest stay has its home in one of these places (doors)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.person_id FROM people_stay s
            JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
            WHERE s.household_id IN (SELECT id FROM people_household WHERE dwelling_id = ANY(%s))
            ORDER BY s.person_id
            """,
            [list(place_ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def newest_stays(persons: Collection[int]) -> dict[int, Stay]:
    """Where people are now, by id; those who never were anywhere are missing. One query."""
    rows = Stay.objects.select_related("household").filter(person__in=persons, since=F("person__counted_since"))
    return {row.person_id: row for row in rows}


_BEHIND = """
SELECT h.dwelling_id, s.person_id FROM people_household h
JOIN people_stay s ON s.household_id = h.id AND s.kind <> 'gone'
JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
WHERE h.dwelling_id = ANY(%s)
  AND NOT EXISTS (SELECT FROM people_sameas m WHERE m.person_id = p.id AND m.undone_at IS NULL)
ORDER BY 1, 2
"""


def behind_doors(dwelling_ids: Collection[int]) -> dict[int, list[int]]:
    """Who lives behind each of some doors now, away or not; who is merged into another is not listed. One query."""
    found: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [list(dwelling_ids)])
        for dwelling, person in cursor.fetchall():
            found.setdefault(dwelling, []).append(person)
    return found


def behind_door(dwelling_id: int) -> list[tuple[int, str]]:
    """Who lives behind a door now, away or not, and the kind of their newest stay; who is merged into another is not
    listed. One query."""
    rows = (
        Stay.objects.filter(household__dwelling=dwelling_id, since=F("person__counted_since"))
        .exclude(kind=Stay.Kind.GONE)
        .exclude(person__same_as__undone_at__isnull=True, person__same_as__isnull=False)
    )
    return list(rows.order_by("person").values_list("person", "kind"))


def home_of(person: Person) -> Place | None:
    """The place where a person's newest stay has its home: one that was named, else the door of the household."""
    stay = Stay.objects.select_related("home", "household__dwelling").filter(person=person).order_by("-since").first()
    if stay is None:
        return None
    return stay.home or (stay.household.dwelling if stay.household else None)


def registered_under(person: Person) -> tuple[str, int | None]:
    """The name the standing register has for a person (empty where it does not know them), and the place id of their
    home."""
    name = Identity.objects.filter(person=person, holder=REGISTER).values_list("name", flat=True).first()
    home = home_of(person)
    return name or "", home.pk if home is not None else None


def organisations_in(area_id: int, at: datetime) -> QuerySet[Organisation]:
    """Organisations that belong to an area."""
    return Organisation.objects.filter(area__in=places.within([area_id], at)).order_by("name")


def loads_seen_by(caller: Caller, at: datetime) -> QuerySet[Load]:
    """Files of people that were taken: all for who reads the declarations, else those of the caller's communities.

    Standing lists first, the one to be reviewed next on top; then what is kept for an event; then what was ended.
    """
    every = Load.objects.select_related("community")
    if not caller.has(*seeing(See.DECLARATIONS)):
        every = every.filter(community__in=places.within(caller.areas(*deciding(Decide.REGISTER)), at))
    return every.order_by(F("ended_at").asc(nulls_first=True), F("review_by").asc(nulls_last=True), "-loaded_at", "-pk")


def loads_overdue(caller: Caller, at: datetime) -> int:
    """How many standing lists should have been reviewed before today."""
    return loads_seen_by(caller, at).filter(ended_at__isnull=True, review_by__lt=localdate(at)).count()


def load_visible_to(caller: Caller, load_id: int, at: datetime) -> Load:
    """One file that was taken.

    Raises:
        NotFound: it does not exist, or is not theirs to see.
    """
    found = loads_seen_by(caller, at).filter(pk=load_id).first()
    if found is None:
        raise NotFound
    return found


def register_size(most: int) -> tuple[int, int]:
    """How many people the register knows and how many doors there are, each counted up to `most`."""
    known = Identity.objects.filter(holder=REGISTER).values("person")[:most].count()
    return known, Dwelling.objects.values("pk")[:most].count()


def number_of_volunteers(most: int) -> int:
    """How many volunteers there are, counted up to `most`."""
    return Volunteer.objects.values("pk")[:most].count()


def city_is_synthetic() -> bool:
    """Whether the people here are made up; an empty installation is not."""
    with connection.cursor() as cursor:  # asked with every page
        cursor.execute("SELECT EXISTS (SELECT FROM people_city WHERE synthetic)")
        return bool(cursor.fetchone()[0])


def is_for_real() -> bool:
    """Whether this installation was begun for real people: no synthetic city is ever loaded into it."""
    return City.objects.filter(synthetic=False).exists()


def is_begun() -> bool:
    """Whether anything is in this installation: a city, an area or an account."""
    return City.objects.exists() or Area.objects.exists() or User.objects.exists()


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who may come in under a number.

    Attributes:
        theirs: the number is known as theirs; else somebody of their family household has it, and they have none.
    """

    person: int
    name: str
    theirs: bool


MOST_UNDER_A_NUMBER = 30
_UNDER = """
WITH lives AS NOT MATERIALIZED (
    SELECT p.id AS person, st.household_id AS household FROM people_person p
    LEFT JOIN people_stay st ON st.person_id = p.id AND st.since = p.counted_since
    WHERE st.kind IS DISTINCT FROM 'gone'),
named AS (SELECT DISTINCT person_id AS person FROM people_identity WHERE phone_index = %(index)s),
theirs AS (SELECT l.* FROM lives l JOIN (SELECT person FROM named UNION SELECT unnest(%(also)s::bigint[])) n
    USING (person)),
family AS (
    SELECT DISTINCT h.id FROM theirs t JOIN named USING (person)
    JOIN people_household h ON h.id = t.household AND h.kind = %(family)s),
mates AS (
    SELECT l.person FROM family f JOIN lives l ON l.household = f.id
    WHERE l.person NOT IN (SELECT person FROM theirs)
      AND NOT EXISTS (SELECT 1 FROM people_identity i WHERE i.person_id = l.person AND i.phone_index IS NOT NULL))
SELECT DISTINCT ON (found.person) found.person, i.name, found.theirs FROM (
    SELECT person, true AS theirs FROM theirs UNION ALL SELECT person, false FROM mates) found
JOIN people_identity i ON i.person_id = found.person AND i.name <> ''
ORDER BY found.person, i.holder = %(register)s DESC, i.holder = %(service)s DESC, i.holder DESC
LIMIT %(most)s
"""


def people_under(index: bytes, also: Collection[int] = ()) -> list[Known]:
    """Who may come in under a phone number: whose it is, and those of their family who have no number of their own.

    Whoever has another number gets a code there: nobody acts for them unasked. People of one dormitory are no family.
    Who has moved out or died is left out: numbers are given out again. One query.

    Args:
        index: the blind index of the number. also: people whose it is for another reason, which lends nobody's family.
    """
    facts: dict[str, Any] = {"index": index, "also": list(also), "family": Household.Kind.FAMILY}
    with connection.cursor() as cursor:
        cursor.execute(_UNDER, facts | {"register": REGISTER, "service": SERVICE, "most": MOST_UNDER_A_NUMBER})
        found = [Known(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda each: (not each.theirs, each.person))


def name_of(person_id: int) -> str:
    """What a person is called, by the register first; empty where nobody knows."""
    return names_of([person_id])[person_id]


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """The same of several. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, holder, name FROM people_identity WHERE person_id = ANY(%s) AND name <> ''",
            [list(person_ids)],
        )
        found = sorted(cursor.fetchall(), key=lambda each: (each[1] != REGISTER, each[1] != SERVICE), reverse=True)
    return dict.fromkeys(person_ids, "") | {person: str(name) for person, _, name in found}
