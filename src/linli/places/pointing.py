"""Saying where an estate or a building stands: a point that somebody pasted or clicked, and taking that back.

A point arrives in a declared system and is kept in WGS-84. Nothing waits for one: without it distances are estimated.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from linli.common.caller import Caller
from linli.common.errors import LinliError, NotFound
from linli.custody import trail
from linli.custody.roles import Decide, deciding
from linli.places import queries
from linli.places.coordinates import wgs84_from
from linli.places.errors import PlaceAmbiguous, PlaceUnknown, PointFarAway, PointMoved, PointUnreadable, SystemUnknown
from linli.places.models import Area, Assigned, Building, Estate, Level, PointSet, Within

SYSTEMS = ("gcj02", "bd09", "wgs84")
MOST_LINES = 500
# How far from everything known of an area a point of it may lie, in kilometres: a slip of a digit lies further off.
MARGIN_KM = {Level.COMMUNITY: 3.0, Level.STREET: 10.0, Level.DISTRICT: 60.0, Level.CITY: 150.0}
_CHINA = (73.66, 3.86, 135.05, 53.55)  # west, south, east, north
_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_PART = rf"(?:{_NUMBER}\s*[°度]?(?:\s*\d{{1,2}}\s*['′分])?(?:\s*\d{{1,2}}(?:\.\d+)?\s*(?:[\"″秒]|′′|''))?)"
_POINT = re.compile(rf"(?P<h1>[NSEW北南东西])?[纬经]?\s*(?P<a>{_PART})\s*(?P<t1>[NSEW])?[\s,;、/]+"
                    rf"(?P<h2>[NSEW北南东西])?[纬经]?\s*(?P<b>{_PART})\s*(?P<t2>[NSEW])?", re.IGNORECASE)  # fmt: skip
_LINE = re.compile(rf"(?P<name>.+?)[\s,;:、]+(?P<point>{_POINT.pattern.replace('?P<', '?P<x_')})", re.IGNORECASE)
_EAST, _NORTH = set("EW东西"), set("NS北南")


def read_point(said: str) -> tuple[float, float]:
    """Degrees (lon, lat) out of what somebody pasted, in either order, with or without signs of degrees.

    Raises:
        PointUnreadable: it is no point, or none that lies in China in either order.
    """
    found = _POINT.fullmatch(_plain(said))
    if found is None:
        raise PointUnreadable
    first, second = _degrees(found["a"]), _degrees(found["b"])
    says_first = ((found["h1"] or found["t1"]) or "").upper()
    says_second = ((found["h2"] or found["t2"]) or "").upper()
    if says_first in _EAST or says_second in _NORTH:
        orders = [(first, second)]
    elif says_first in _NORTH or says_second in _EAST:
        orders = [(second, first)]
    else:
        orders = [(first, second), (second, first)]
    west, south, east, north = _CHINA
    fits = [(lon, lat) for lon, lat in orders if west < lon < east and south < lat < north]
    if not fits:
        raise PointUnreadable
    return fits[0]  # in China no longitude is a latitude, so one order fits at most


def _plain(said: str) -> str:
    return unicodedata.normalize("NFKC", said).replace("º", "°").strip(" \t()[]。.,;")


def _degrees(text: str) -> float:
    parts = [float(each) for each in re.findall(r"[-+]?\d+(?:\.\d+)?", text)]
    return sum(part / 60**place for place, part in enumerate(parts))


def converted(said: str, system: str) -> tuple[float, float]:
    """What somebody pasted in a declared system as WGS-84 degrees (lon, lat), rounded to 1e-6 degrees (10 cm).

    Raises:
        PointUnreadable: it is no point in China.
        SystemUnknown: not one of ``SYSTEMS``.
    """
    if system not in SYSTEMS:
        raise SystemUnknown
    lon, lat = wgs84_from(system, *read_point(said))
    return round(lon, 6), round(lat, 6)


def community_to_point(caller: Caller, community_id: int, at: datetime) -> Area:
    """A community whose estates this caller may put on the map: its desk, or who decides over the tree.

    Raises:
        NotFound: it is none of theirs.
    """
    found = Area.objects.filter(pk=community_id, level=Level.COMMUNITY)
    if not caller.has(*deciding(Decide.AREA_TREE)):
        found = found.filter(place__in=queries.within(caller.areas(*deciding(Decide.REGISTER)), at))
    community = found.first()
    if community is None:
        raise NotFound
    return community


def estates_of(community: Area) -> QuerySet[Estate]:
    """Estates of a community, by name."""
    return Estate.objects.filter(community=community).order_by("name", "place_id")


def estates_everywhere(caller: Caller) -> QuerySet[Estate]:
    """Estates of every community, by its name and theirs, for who decides over the tree; else none."""
    if not caller.has(*deciding(Decide.AREA_TREE)):
        return Estate.objects.none()
    return Estate.objects.select_related("community").order_by("community__name", "community", "name", "place_id")


def streets_of(communities: Iterable[int], at: datetime) -> dict[int, Area]:
    """The street that each of some communities lies in, where it lies in one; one query."""
    found = Within.objects.filter(inner__in=set(communities), outer__level=Level.STREET, during__contains=at)
    return {each.inner_id: each.outer for each in found.select_related("outer")}


def buildings_of(community: Area, at: datetime) -> QuerySet[Building]:
    """Buildings of a community: of its estates, and those that stand alone in one of its micro-grids."""
    held = Assigned.objects.filter(micro_grid__in=queries.within([community.pk], at), during__contains=at)
    theirs = Q(estate__community=community) | Q(estate__isnull=True, place__in=held.values("place"))
    return Building.objects.filter(theirs).select_related("estate").order_by("estate__name", "name", "place_id")


def place_to_point(community: Area, place_id: int, at: datetime) -> Estate | Building:
    """An estate or a building of a community.

    Raises:
        NotFound: it is none.
    """
    found = estates_of(community).filter(pk=place_id).first() or buildings_of(community, at).filter(pk=place_id).first()
    if found is None:
        raise NotFound
    return found


def has_outlines(community: Area, at: datetime) -> bool:
    """Whether a map of its parts can be drawn."""
    return queries.children(community.pk, at).filter(outline__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class Around:
    """Where the places of an area are known to lie: a box in degrees, and how far outside it a point may be."""

    area: Area
    west: float
    south: float
    east: float
    north: float
    margin_km: float

    def km_outside(self, lon: float, lat: float) -> float:
        """How far a point lies outside the box, 0 inside it."""
        aside = max(self.west - lon, lon - self.east, 0.0) * 111.32 * math.cos(math.radians(lat))
        return math.hypot(aside, max(self.south - lat, lat - self.north, 0.0) * 111.32)


def surroundings(community: Area, at: datetime, *, but: int | None = None) -> Around | None:
    """What is known of where a community lies, or else the street, district or city around it; None: nothing.

    Args:
        but: a place whose own point does not count, as it may be the one that is wrong.
    """
    for area in queries.ancestors(community.pk, at):
        points = _points(area, at, but) if area.level == Level.COMMUNITY else _points_of_area(area)
        if points and area.level in MARGIN_KM:
            lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
            return Around(area, min(lons), min(lats), max(lons), max(lats), MARGIN_KM[Level(area.level)])
    return None


def _points(community: Area, at: datetime, but: int | None) -> list[tuple[float, float]]:
    known = Q(lon__isnull=False)
    estates = estates_of(community).filter(known).exclude(pk=but).values_list("lon", "lat")
    return [*_points_of_area(community), *((lon, lat) for lon, lat in estates if lon is not None and lat is not None)]


def _points_of_area(area: Area) -> list[tuple[float, float]]:
    own = [(area.lon, area.lat)] if area.lon is not None and area.lat is not None else []
    return [*own, *_corners(area.outline["coordinates"] if area.outline else [])]


def _corners(part: Sequence[object]) -> list[tuple[float, float]]:
    if part and isinstance(part[0], int | float):
        return [(float(part[0]), float(part[1]))]  # type: ignore[arg-type]
    return [corner for inner in part for corner in _corners(inner)]  # type: ignore[arg-type]


@transaction.atomic
def set_point(
    place: Estate | Building, said: str, system: str, *, community: Area, by: Caller, at: datetime
) -> PointSet:
    """Say where an estate or a building stands. What was known before is kept, so that it can be undone.

    Raises:
        PointUnreadable, SystemUnknown: as for `converted`.
        PointFarAway: it lies outside the surroundings of the community.
    """
    lon, lat = converted(said, system)
    around = surroundings(community, at, but=place.pk)
    if around is not None and (km := around.km_outside(lon, lat)) > around.margin_km:
        raise PointFarAway(km=round(km), area=around.area.called)
    held = type(place).objects.select_for_update().get(pk=place.pk)
    made = PointSet.objects.create(
        place_id=place.pk,
        system=system,
        lon=lon,
        lat=lat,
        before_lon=held.lon,
        before_lat=held.lat,
        set_by=by.user,
        set_at=at,
    )
    _move(place, lon, lat)
    facts: dict[str, trail.Fact | list[trail.Fact]] = {"system": system, "set": made.pk}
    trail.record("point.set", who=by, subject=f"place:{place.pk}", at=at, area=community.pk, facts=facts)
    return made


@transaction.atomic
def undo_point(place: Estate | Building, set_id: int, *, community: Area, by: Caller, at: datetime) -> None:
    """Take the newest point of a place back: what was known before stands again.

    Raises:
        PointMoved: it is not the newest one any more, or was taken back.
    """
    held = type(place).objects.select_for_update().get(pk=place.pk)
    newest = last_set(place)
    if newest is None or newest.pk != set_id or (held.lon, held.lat) != (newest.lon, newest.lat):
        raise PointMoved
    PointSet.objects.filter(pk=newest.pk).update(undone_at=at)
    _move(place, newest.before_lon, newest.before_lat)
    trail.record(
        "point.undone", who=by, subject=f"place:{place.pk}", at=at, area=community.pk, facts={"set": newest.pk}
    )


def last_set(place: Estate | Building) -> PointSet | None:
    """The newest point that somebody gave a place and nobody took back."""
    return PointSet.objects.filter(place=place.pk, undone_at__isnull=True).order_by("-pk").first()


def _move(place: Estate | Building, lon: float | None, lat: float | None) -> None:
    type(place).objects.filter(pk=place.pk).update(lon=lon, lat=lat)
    place.lon, place.lat = lon, lat


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a pasted list: as it was, and the place it means with its point, or what is wrong with it."""

    text: str
    place: Estate | Building | None = None
    said: str = ""
    problem: LinliError | None = None


def read_lines(text: str, system: str, *, community: Area, at: datetime) -> list[Line]:
    """What each line of a pasted list (name, then point) would do; nothing is changed. Empty lines are skipped."""
    known = _by_name(community, at)
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    return [_line(row, system, known, community, at) for row in rows[:MOST_LINES]]


def _line(row: str, system: str, known: dict[str, list[Estate | Building]], community: Area, at: datetime) -> Line:
    try:
        found = _LINE.fullmatch(_plain(row))
        if found is None:
            raise PointUnreadable
        called = known.get(_squeezed(found["name"]), [])
        if not called:
            raise PlaceUnknown(said=found["name"])
        if len(called) > 1:
            raise PlaceAmbiguous(said=found["name"], n=len(called))
        lon, lat = converted(found["point"], system)
        around = surroundings(community, at, but=called[0].pk)
        if around is not None and (km := around.km_outside(lon, lat)) > around.margin_km:
            raise PointFarAway(km=round(km), area=around.area.called)
    except LinliError as problem:
        return Line(row, problem=problem)
    return Line(row, called[0], found["point"])


def _by_name(community: Area, at: datetime) -> dict[str, list[Estate | Building]]:
    """Estates by their names, buildings by that of their estate and their own."""
    found: dict[str, list[Estate | Building]] = {}
    places: Iterable[tuple[str, Estate | Building]] = [
        *((each.name, each) for each in estates_of(community)),
        *(((each.estate.name if each.estate else "") + each.name, each) for each in buildings_of(community, at)),
    ]
    for name, place in places:
        found.setdefault(_squeezed(name), []).append(place)
    return found


def _squeezed(name: str) -> str:
    return re.sub(r"[\s/]", "", unicodedata.normalize("NFKC", name)).casefold()


@transaction.atomic
def take_lines(lines: Sequence[Line], system: str, *, community: Area, by: Caller, at: datetime) -> int:
    """Give the places of a list their points, as far as its lines make sense. Returns how many.

    Raises:
        PointFarAway and others: as for `set_point`, where somebody changed something since the list was read.
    """
    good = [line for line in lines if line.place is not None]
    for line in sorted(good, key=lambda line: line.place.pk if line.place else 0):
        assert line.place is not None
        set_point(line.place, line.said, system, community=community, by=by, at=at)
    return len(good)
