"""A small community to play histories on, and what the database says of any instant of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from linli.common.caller import Caller
from linli.people import actions
from linli.people.models import REGISTER, Household, Person, Stay
from linli.places import actions as place_actions
from linli.places.models import Area, AreaParent, Building, Dwelling, Level, Place, Within
from linli.places.queries import micro_grid_of

BY = Caller(user=1)
_WHERE = """
SELECT newest.person_id, newest.counted_in_id, w.outer_id FROM (
    SELECT DISTINCT ON (person_id) person_id, counted_in_id FROM people_stay
    WHERE since <= %(at)s ORDER BY person_id, since DESC) newest
LEFT JOIN places_within w ON w.inner_id = newest.counted_in_id AND w.during @> %(at)s::timestamptz
    AND w.outer_id IN (SELECT place_id FROM places_area WHERE level = 5)
WHERE newest.counted_in_id IS NOT NULL
"""
_INSTANTS = """
SELECT since FROM people_stay
UNION SELECT lower(during) FROM places_within UNION SELECT upper(during) FROM places_within
UNION SELECT lower(during) FROM places_assigned ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Community:
    """Two grids of two micro-grids each; four buildings of one door each; everybody lives in the first two."""

    area: Area
    grids: list[Area]
    micros: list[Area]
    buildings: list[Place]
    households: list[Household]
    persons: list[Person]


def a_community(at: datetime, people: int = 4) -> Community:
    area = place_actions.add_area(level=Level.COMMUNITY, name="大同社区", parent=None, by=BY, at=at)
    grids = [place_actions.add_area(level=Level.GRID, name=f"{n}格", parent=area, by=BY, at=at) for n in range(2)]
    micros = [
        place_actions.add_area(level=Level.MICRO_GRID, name=f"{grid.name}微{n}", parent=grid, by=BY, at=at)
        for grid in grids
        for n in range(2)
    ]
    buildings, households = [], []
    for number, micro in enumerate(micros):
        place = Place.objects.create(kind=Place.Kind.BUILDING)
        building = Building.objects.create(place=place, name=f"{number}栋")
        door = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent=place)
        Dwelling.objects.create(place=door, building=building, door="201")
        place_actions.assign(place, micro, by=BY, at=at)
        buildings.append(place)
        households.append(Household.objects.create(dwelling=door))
    persons = [actions.add_person(holder=REGISTER, name="王小明", by=BY, at=at) for _ in range(people)]
    for number, person in enumerate(persons):
        home = number % 2
        actions.move(person, counted_in=micros[home], household=households[home], since=at, by=BY, at=at)
    return Community(area, grids, micros, buildings, households, persons)


def where_at(at: datetime) -> dict[int, tuple[int, int]]:
    """By person who is counted at an instant: micro-grid and grid. Fails where anybody is in none or in two."""
    with connection.cursor() as cursor:
        cursor.execute(_WHERE, {"at": at})
        rows = cursor.fetchall()
    assert all(grid is not None for _, _, grid in rows), f"somebody is counted in no grid at {at}"
    assert len({person for person, _, _ in rows}) == len(rows), f"somebody is counted in two grids at {at}"
    return {person: (micro, grid) for person, micro, grid in rows}


def counted_by_area(area_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """People counted in each micro-grid inside some areas at a moment, past or present; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT counted_in_id, count(*) FROM (
                SELECT DISTINCT ON (person_id) person_id, counted_in_id FROM people_stay
                WHERE since <= %(at)s ORDER BY person_id, since DESC) newest
            WHERE counted_in_id IN (
                SELECT inner_id FROM places_within WHERE outer_id = ANY(%(areas)s) AND during @> %(at)s::timestamptz)
            GROUP BY counted_in_id
            """,
            {"at": at, "areas": list(area_ids)},
        )
        return dict(cursor.fetchall())


def check_sums(area: Area, at: datetime) -> None:
    """Counts by area add up at an instant: micro-grids to grids, grids to the community."""
    where = where_at(at)
    assert counted_by_area([area.pk], at) == dict(Counter(micro for micro, _ in where.values()))
    for grid, number in Counter(grid for _, grid in where.values()).items():
        assert sum(counted_by_area([grid], at).values()) == number


def check_now(persons: Iterable[Person], at: datetime) -> None:
    """Each person's row agrees with the newest stay, whoever is at home with the door's holder, and the closure with
    the parents."""
    for person in persons:
        person.refresh_from_db()
        newest = Stay.objects.select_related("household").filter(person=person).order_by("-since")[0]
        assert (person.counted_in_id, person.counted_since) == (newest.counted_in_id, newest.since)
        if newest.kind == Stay.Kind.HOME and newest.household is not None:
            assert newest.counted_in_id == micro_grid_of(newest.household.dwelling_id, at)
    parent = dict(AreaParent.objects.filter(during__contains=at).values_list("area", "parent"))
    closure = set(Within.objects.filter(during__contains=at).values_list("inner", "outer"))
    expected = set()
    for inner in {inner for inner, _ in closure}:
        above: int | None = inner
        while above is not None:
            expected.add((inner, above))
            above = parent.get(above)
    assert closure == expected


def instants() -> list[datetime]:
    """Every instant at which anything changed."""
    with connection.cursor() as cursor:
        cursor.execute(_INSTANTS)
        return [row[0] for row in cursor.fetchall() if row[0] is not None]
