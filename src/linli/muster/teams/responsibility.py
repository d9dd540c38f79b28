"""Reading who answers for which building or door: what stands, what nobody answers for, and what residents are told."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.custody import masks
from linli.events.models import Event
from linli.ledger import walking
from linli.muster.models import Member, Responsibility, Team
from linli.muster.queries import DECIDING, areas_seen, placed_inside
from linli.muster.teams import dividing, queries
from linli.places.models import Area, Assigned, Building, Dwelling, Level
from linli.places.names import buildings_to_mark, place_names
from linli.places.queries import within

_STANDS = """
SELECT r.id, r.place_id, r.person_id, r.team_id, CASE WHEN r.team_id IS NULL THEN EXISTS (
    SELECT FROM duty_booking b WHERE b.person_id = r.person_id AND b.event_id = r.event_id AND b.kind = 0
    AND b.place_id = r.grid_id AND coalesce(upper(b.during), 'infinity') > %(at)s)
  ELSE EXISTS (SELECT FROM muster_team t WHERE t.id = r.team_id AND t.released_at IS NULL) END
FROM muster_responsibility r
WHERE r.event_id = %(event)s AND r.place_id = ANY(%(places)s) AND r.during @> %(at)s::timestamptz
"""
"""Somebody answers while they are placed where they were when it was given, a team until it is released."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Who answers for a place now: a person or a team; `here` is false once they have left."""

    row: int
    place: int
    person: int | None
    team: int | None
    here: bool

    @property
    def key(self) -> str:
        """The same as a choice of the page: `p` and the person, `t` and the team."""
        return f"p{self.person}" if self.person is not None else f"t{self.team}"


@dataclass(frozen=True, slots=True)
class Cover:
    """Buildings of an area, or doors of a building, in walking order, and who answers for each.

    Attributes:
        rows: place, name, doors. stands: by place, those too who have left.
        version: of what stands; a publication names the one it was made from.
        own: by building how many of its doors have somebody of their own.
    """

    rows: tuple[tuple[int, str, int], ...]
    stands: dict[int, Stands]
    version: str
    own: dict[int, int]

    def key_of(self, place: int) -> str:
        """Who answers for a place, as a choice of the page; empty where nobody does."""
        each = self.stands.get(place)
        return each.key if each is not None and each.here else ""

    @property
    def gaps(self) -> list[int]:
        """Places that nobody answers for: no door by door either."""
        held = {place for place, each in self.stands.items() if each.here}
        return [place for place, _, doors in self.rows if place not in held and not _whole(self.own, place, doors)]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may answer for buildings: a person who is placed there, masked, or a team."""

    key: str
    called: str


def area_to_divide(caller: Caller, area_id: int, at: datetime) -> Area:
    """A community or a grid whose desk the caller is.

    Raises:
        NotFound: it is neither, or another desk runs it.
    """
    mine = areas_seen(caller, at, "community_desk")
    found = Area.objects.filter(pk=area_id, place__in=mine, level__in=[Level.COMMUNITY, Level.GRID]).first()
    if found is None:
        raise NotFound
    return found


def standing(event: Event, places: Collection[int], at: datetime) -> dict[int, Stands]:
    """Who answers for each of some places now; places without are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, {"event": event.pk, "places": list(places), "at": at})
        return {row[1]: Stands(*row) for row in cursor.fetchall()}


def cover(event: Event, area: Area, at: datetime) -> Cover:
    """Buildings of a community or a grid, in walking order, and who answers for each; six queries."""
    groups = buildings_to_mark(area, at)
    places = [place for _, inside in groups for place, _ in inside]
    doors = dict(Dwelling.objects.filter(building__in=places).values_list("building").annotate(n=Count("pk")))
    rows = tuple(
        (place, f"{estate.name} {name}" if estate is not None else name, doors.get(place, 0))
        for estate, inside in groups
        for place, name in inside
    )
    return _cover(event, rows, at, own=_with_their_own(event, places, at))


def cover_of_doors(event: Event, area: Area, building: int, at: datetime) -> Cover:
    """Doors of a building, in walking order, and who answers for each apart from the building; five queries.

    Raises:
        NotFound: the building does not lie in the area.
    """
    if building not in {place for _, inside in buildings_to_mark(area, at) for place, _ in inside}:
        raise NotFound
    doors = Dwelling.objects.filter(building=building).values_list("pk", flat=True)
    return _cover(event, tuple((door, name, 1) for door, name in walking.in_order(doors).items()), at, own={})


def _cover(event: Event, rows: tuple[tuple[int, str, int], ...], at: datetime, *, own: dict[int, int]) -> Cover:
    stands = standing(event, [place for place, _, _ in rows], at)
    told = ",".join(f"{each.row}" for _, each in sorted(stands.items()))
    return Cover(rows, stands, hashlib.sha256(told.encode()).hexdigest()[:16], own)


def _with_their_own(event: Event, buildings: Collection[int], at: datetime) -> dict[int, int]:
    """By building how many of its doors somebody answers for apart from it; two queries."""
    given = {"place__responsibilities__event": event, "place__responsibilities__during__contains": at}
    doors = dict(Dwelling.objects.filter(building__in=buildings, **given).values_list("pk", "building"))
    return Counter(doors[place] for place, each in standing(event, doors, at).items() if each.here)


def _whole(own: Mapping[int, int], building: int, doors: int) -> bool:
    """Whether each door of a building has somebody of its own."""
    return 0 < doors <= own.get(building, 0)


def holders(caller: Caller, event: Event, area: Area, at: datetime) -> list[Holder]:
    """Teams of the community and people who are placed in the area, for its desk, the teams first; five queries."""
    teams = [
        Holder(f"t{each.team.pk}", each.called) for each in queries.teams_in(caller, event, _community(area, at), at)
    ]
    placed = list(placed_inside(caller, event, area, at))
    said = queries.sign_ups_of(event.pk, [row.person_id for row in placed])
    people = {
        f"p{row.person_id}": f"{masks.mask_name(said[row.person_id].name)} {said[row.person_id].number}"
        for row in placed
        if row.person_id in said
    }
    return [*teams, *(Holder(key, called) for key, called in people.items())]


def _community(area: Area, at: datetime) -> Area:
    if area.level == Level.COMMUNITY:
        return area
    return Area.objects.get(level=Level.COMMUNITY, inners__inner=area, inners__during__contains=at)


def divided(found: Cover, among: list[str]) -> dict[int, str]:
    """Every building to one of those chosen: neighbours together, doors as even as that allows."""
    parts = dividing.divide([doors for _, _, doors in found.rows], len(among))
    return {place: among[part] for (place, _, _), part in zip(found.rows, parts, strict=True)} if parts else {}


def counts(caller: Caller, event: Event, area: Area, at: datetime) -> tuple[int, int]:
    """How many buildings an area has, and how many of them somebody answers for; for whoever decides there.

    Raises:
        NotFound: the caller does not decide over all of the area.
    """
    if not areas_seen(caller, at, *DECIDING).filter(inner=area.pk).exists():
        raise NotFound
    assigned = Assigned.objects.filter(micro_grid__in=within([area.pk], at), during__contains=at)
    buildings = list(Building.objects.filter(place__in=assigned.values("place")).values_list("pk", flat=True))
    held = {place for place, each in standing(event, buildings, at).items() if each.here}
    own = _with_their_own(event, set(buildings) - held, at)
    doors = dict(Dwelling.objects.filter(building__in=own).values_list("building").annotate(n=Count("pk")))
    return len(buildings), len(held) + sum(_whole(own, place, doors[place]) for place in own)


def told_at_door(event: Event, dwelling: Dwelling, at: datetime) -> str:
    """Who answers for a door, as its residents read it: a surname, or a team's name; empty where nobody does.

    Of a team that is led it is the surname of whoever leads. Where whoever answered for the door itself has left, it is
    who answers for the building. Three queries.
    """
    found = standing(event, [dwelling.pk, dwelling.building_id], at)
    each = next((found[place] for place in (dwelling.pk, dwelling.building_id) if _here(found.get(place))), None)
    if each is None:
        return ""
    person = each.person
    if each.team is not None:
        team = Team.objects.select_related("event").get(pk=each.team)
        leader = queries.standings([team], at)[0].holder(Member.Role.LEADER)
        if leader is None:
            return queries.team_name(team)
        person = leader.person
    said = queries.sign_ups_of(event.pk, [person] if person is not None else [])
    return surname(said[person].name) if person in said else ""


def _here(each: Stands | None) -> bool:
    return each is not None and each.here


_TWO = {"欧阳", "上官", "司马", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "东方", "端木", "南宫"}


def surname(name: str) -> str:
    """王小明 → 王, 欧阳春 → 欧阳, Anna Berg → Berg."""
    text = name.strip()
    if text.isascii():
        return text.rpartition(" ")[2]
    return text[:2] if text[:2] in _TWO and len(text) > 2 else text[:1]


def of_person(event: Event, person_id: int, at: datetime) -> list[str]:
    """The places that somebody answers for now, on their own or with their team, doors in full; four queries."""
    mine = queries.team_of(event, person_id, at)
    own = Q(person=person_id) | Q(team=mine.team) if mine is not None else Q(person=person_id)
    rows = Responsibility.objects.filter(own, event=event, during__contains=at)
    places = list(rows.values_list("place", flat=True))
    held = standing(event, places, at)
    here = [place for place, each in held.items() if each.here]
    return sorted((place_names(here) | walking.in_order(here)).values())


def called(event: Event, key: str) -> str:
    """What a holder is called on the desk's page, by their key: a team's name, or a masked name and a number."""
    if key.startswith("t"):
        return queries.team_name(Team.objects.select_related("event").get(pk=key[1:]))
    said = queries.sign_ups_of(event.pk, [int(key[1:])]).get(int(key[1:]))
    return f"{masks.mask_name(said.name)} {said.number}" if said is not None else ""
