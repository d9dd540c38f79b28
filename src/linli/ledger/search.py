"""Looking for people and doors in the ledger, by a grid worker or a desk, within their own area.

Everything begins at the narrow side, and that is the caller's area: a community holds about 7,000 people and a grid
1,300, whatever the city holds. `here` reads them by the index of `people_person.counted_in_id` (and those who live
there and are away or counted elsewhere by its doors), and each identity by its primary key. An index of names would be
wider for the names people look for: the city has 100,000 of one surname, and each would have to be asked where they
live. Only a whole phone number and an ID number are narrower than an area, and begin at their own blind index.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from linli.common.caller import Caller
from linli.custody import secrets
from linli.ledger import scope
from linli.ledger.moving import whom
from linli.people import rules as people_rules
from linli.people.models import SERVICE
from linli.people.tails import DIGITS, tail_index
from linli.places import doors

MOST = 50
"""So many are shown; whoever finds more has to say more."""

_INSIDE = """
inside AS MATERIALIZED (SELECT DISTINCT w.inner_id AS m FROM places_within w
    WHERE w.outer_id = ANY(%(areas)s) AND w.during @> %(at)s),
"""
# A door follows its building, unless it is held by itself.
DOORS = (
    _INSIDE  # noqa: S608 (constants, here and below)
    + """
door AS MATERIALIZED (
    SELECT d.place_id AS id, d.building_id, d.unit, d.door FROM inside
    JOIN places_assigned a ON a.micro_grid_id = inside.m AND a.during @> %(at)s
    JOIN places_dwelling d ON d.building_id = a.place_id
    WHERE NOT EXISTS (SELECT FROM places_assigned o WHERE o.place_id = d.place_id AND o.during @> %(at)s)
    UNION ALL
    SELECT d.place_id, d.building_id, d.unit, d.door FROM inside
    JOIN places_assigned a ON a.micro_grid_id = inside.m AND a.during @> %(at)s
    JOIN places_dwelling d ON d.place_id = a.place_id)
"""
)
HERE = (
    DOORS  # noqa: S608
    + """,
here AS MATERIALIZED (
    SELECT p.id FROM inside JOIN people_person p ON p.counted_in_id = inside.m
    UNION ALL
    SELECT p.id FROM door JOIN people_household h ON h.dwelling_id = door.id
    JOIN people_stay s ON s.household_id = h.id AND s.kind IN ('away', 'hospital', 'school', 'quarantine')
    JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
    WHERE p.counted_in_id IS NULL OR p.counted_in_id NOT IN (SELECT m FROM inside))
"""
)
_PEOPLE = (
    f"WITH {HERE}"
    + """
SELECT i.person_id, i.name_key, i.phone FROM here
JOIN people_identity i ON i.person_id = here.id AND i.holder <> %(service)s
WHERE {match}
ORDER BY i.name_key, i.person_id LIMIT %(most)s
"""
)
_BY_INDEX = """
SELECT DISTINCT i.person_id FROM people_identity i WHERE i.holder <> %(service)s AND {match} LIMIT 200
"""
_DOORS = (
    f"WITH {DOORS}"
    + """
SELECT door.id, coalesce(e.name, ''), b.name, door.unit FROM door
JOIN places_building b ON b.place_id = door.building_id LEFT JOIN places_estate e ON e.place_id = b.estate_id
WHERE lower(door.door) = lower(%(door)s) ORDER BY e.name, b.name, door.unit, door.id
"""
)
_NOWHERE = (
    f"WITH {_INSIDE.rstrip().rstrip(',')}"
    + """
SELECT p.id FROM inside JOIN people_person p ON p.counted_in_id = inside.m
JOIN people_stay s ON s.person_id = p.id AND s.since = p.counted_since
WHERE s.household_id IS NULL AND s.home_id IS NULL ORDER BY s.since DESC, p.id LIMIT %(most)s
"""
)
_NAME = re.compile(r"[㐀-鿿·•]{1,40}")
_LATIN = re.compile(r"[a-zü'’ ]{2,40}")
_INITIALS = re.compile(r"[a-z]{2,6}")


@dataclass(slots=True)
class Hits:
    """Who and what was found.

    Attributes:
        people: ids, by name; whoever was merged stands as whom they are. doors: place ids.
        more: there is more than is shown. asked: whether the words could be read as anything at all.
    """

    people: list[int] = field(default_factory=list)
    doors: list[int] = field(default_factory=list)
    more: bool = False
    asked: bool = False


def search(caller: Caller, words: str, at: datetime) -> Hits:
    """People by name, pinyin, initials, phone or ID number, and doors, in the area the caller reads.

    Everything that the words can mean is looked for: 1201 ends a phone number and is a door.
    """
    areas = scope.looked_over(caller, at)
    text = " ".join(words.split())[:60]
    hits = Hits()
    if not areas or not text:
        return hits
    facts: dict[str, Any] = {"areas": areas, "at": at, "service": SERVICE, "most": MOST + 1}
    found = _by_name(text, facts, hits) + _by_number(caller, text, facts, hits, at)
    kept = whom(found) if found else {}
    every = list(dict.fromkeys(kept.get(person, person) for person in found))
    hits.more |= len(every) > MOST
    hits.people = every[:MOST]
    _by_door(text, facts, hits)
    return hits


def without_door(caller: Caller, at: datetime) -> list[int]:
    """Ids of people who are present in the caller's area and live behind no door that is known, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_NOWHERE, {"areas": scope.looked_over(caller, at), "at": at, "most": MOST})
        return [row[0] for row in cursor.fetchall()]


def doors_called(areas: Collection[int], said: str, at: datetime) -> list[int]:
    """Place ids of the doors in some areas that a text may mean."""
    wanted = doors.asked(said)
    if wanted is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, {"areas": list(areas), "at": at, "door": wanted.door})
        return [door for door, estate, building, unit in cursor.fetchall() if wanted.fits(estate, building, unit)]


def _by_name(text: str, facts: dict[str, Any], hits: Hits) -> list[int]:
    """By the beginning of a name; by pinyin with or without blanks; by the initials of its syllables."""
    low = text.lower()
    if _NAME.fullmatch(text.replace(" ", "")):
        hits.asked = True
        return _ids(_PEOPLE.format(match="i.name LIKE %(name)s"), facts | {"name": f"{text.replace(' ', '')}%"}, hits)
    if not _LATIN.fullmatch(low):
        return []
    hits.asked = True
    match = "replace(i.name_key, ' ', '') LIKE %(whole)s"
    said = {"whole": f"{re.sub(r'[^a-zü]', '', low)}%"}
    initials = low.replace(" ", "")
    if _INITIALS.fullmatch(initials):
        match = f"({match} OR i.name_key ~ %(initials)s)"
        said["initials"] = initials_pattern(initials)
    return _ids(_PEOPLE.format(match=match), facts | said, hits)


def initials_pattern(initials: str) -> str:
    """What a name in pinyin, its syllables apart, matches whose syllables begin with these letters."""
    return "^" + " ".join(f"{letter}[^ ]*" for letter in initials)


def _by_number(caller: Caller, text: str, facts: dict[str, Any], hits: Hits, at: datetime) -> list[int]:
    """By a whole phone number, its last digits, or, for a desk, an ID number."""
    bare = re.sub(r"[ \-]", "", text)
    if people_rules.id_number_holds(bare.upper()):
        hits.asked = True
        found = _ids(
            _BY_INDEX.format(match="i.id_index = %(index)s"), facts | {"index": secrets.index(bare.upper())}, hits
        )
        seats = scope.belongs(found, at)
        return [person for person in found if scope.reads_rows_of(caller, seats.get(person, ()), at)]
    if not re.fullmatch(r"\+?[0-9]{4,15}", bare):
        return []
    hits.asked = True
    digits = bare.lstrip("+")
    if len(digits) >= 11:
        index = secrets.index(people_rules.phone_digits(digits))
        found = _ids(_BY_INDEX.format(match="i.phone_index = %(index)s"), facts | {"index": index}, hits)
        seats = scope.belongs(found, at)
        return [person for person in found if scope.looks_in(caller, seats.get(person, ()), at)]
    rows = _rows(_PEOPLE.format(match="i.phone_tail = %(tail)s"), facts | {"tail": tail_index(digits)})
    if len(digits) > DIGITS:
        rows = [row for row in rows if secrets.unseal(row[2]).endswith(digits)]
    hits.more |= len(rows) > MOST
    return [row[0] for row in rows]


def _by_door(text: str, facts: dict[str, Any], hits: Hits) -> None:
    wanted = doors.asked(text)
    if wanted is None or (text.isdigit() and len(text) > 5):
        return
    hits.asked = True
    found = doors_called(facts["areas"], text, facts["at"])
    hits.more |= len(found) > MOST
    hits.doors = found[:MOST]


def _ids(statement: str, facts: dict[str, Any], hits: Hits) -> list[int]:
    rows = _rows(statement, facts)
    hits.more |= len(rows) > MOST
    return [row[0] for row in rows]


def _rows(statement: str, facts: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall()
