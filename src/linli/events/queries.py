"""Reading events: which are active where, and which zone holds at a door, a building, an estate or an area."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from linli.common.caller import Caller
from linli.common.compiled import Compiled, Given
from linli.common.errors import NotFound
from linli.custody.roles import Decide, deciding_over
from linli.events import rules
from linli.events.models import Event, EventArea, Zone
from linli.events.rules import Weighed, Why
from linli.places import queries as places
from linli.places.models import Area, Place, Within, called

_AREAS_FROM = 100
"""Breadths of areas begin here: whatever stands in the street is more specific than any area of the tree."""

_AROUND = """
    WITH RECURSIVE up (root, place, kind, parent, depth) AS (
        SELECT id, id, kind, physical_parent_id, 0 FROM places_place WHERE id = ANY(%(places)s)
        UNION ALL
        SELECT up.root, p.id, p.kind, p.physical_parent_id, up.depth + 1
        FROM up JOIN places_place p ON p.id = up.parent
        WHERE up.kind <> 'area' AND up.depth < 16),
    seat AS (
        SELECT DISTINCT ON (root) root, area FROM (
            SELECT up.root, up.depth, 0 AS way, up.place AS area FROM up WHERE up.kind = 'area'
            UNION ALL
            SELECT up.root, up.depth, 1, a.micro_grid_id
            FROM up CROSS JOIN LATERAL (
                SELECT micro_grid_id FROM places_assigned
                WHERE place_id = up.place AND during @> %(at)s::timestamptz OFFSET 0) a
            UNION ALL
            SELECT up.root, up.depth + 32, 2, e.community_id FROM up JOIN places_estate e ON e.place_id = up.place
        ) ways ORDER BY root, depth, way)
"""
_SEATS = _AROUND + "SELECT root, area FROM seat"  # noqa: S608 (two constants)
_INSIDE = (
    _AROUND  # noqa: S608 (two constants)
    + """
    SELECT root FROM seat JOIN places_within w ON w.inner_id = seat.area
    WHERE w.outer_id = %(outer)s AND w.during @> %(at)s::timestamptz
    """
)
_NESTING = (
    _AROUND  # noqa: S608 (two constants)
    + """
    SELECT place, depth FROM up WHERE kind <> 'area'
    UNION
    SELECT w.outer_id, %(areas_from)s - o.level
    FROM seat JOIN places_within w ON w.inner_id = seat.area AND w.during @> %(at)s::timestamptz
         JOIN places_area o ON o.place_id = w.outer_id
    ORDER BY 2
    """
)
_NESTINGS = (
    _AROUND  # noqa: S608 (two constants)
    + """
    SELECT root, place, depth FROM up WHERE kind <> 'area'
    UNION
    SELECT seat.root, w.outer_id, %(areas_from)s - o.level
    FROM seat JOIN places_within w ON w.inner_id = seat.area AND w.during @> %(at)s::timestamptz
         JOIN places_area o ON o.place_id = w.outer_id
    """
)
# The seat of a place is the area it lies in: an area's own self; else the micro-grid that holds it or, from inside
# out, what it stands in; else the community of its estate. `depth < 16` ends a walk that bad data would keep going.
# OFFSET 0: how long walks are nobody can guess, and for as many as are guessed a whole city's buildings would be read.


@dataclass(frozen=True, slots=True)
class ZoneAnswer:
    """The level that holds at a place and moment, and all that was weighed for it.

    Attributes:
        level: 0 low, 1 medium, 2 high; 0 where nothing is declared.
        rows: every zone that covers the place, the most specific first.
        decisive: the one that holds; None where nothing is declared.
        why: the rule that made it hold.
    """

    level: int
    rows: tuple[Weighed, ...]
    decisive: Weighed | None
    why: Why

    def told(self) -> str:
        """Why this level holds, as a sentence."""
        return gettext(_WHY[self.why])


_WHY = {
    Why.NOTHING_DECLARED: gettext_noop("No zone is declared here."),
    Why.MARKED_ITSELF: gettext_noop("The zone was declared over this very place."),
    Why.LIES_IN: gettext_noop("This place lies in the zone."),
    Why.MORE_SPECIFIC: gettext_noop("Several zones cover this place; the one declared most closely around it holds."),
    Why.SAFER_FOR_LIFE: gettext_noop("Several events are active here; the zone that is safer for life holds."),
}


_ACTIVE = Compiled(lambda: _foremost(active_events(Given("at"))))
_ACTIVE_OVER = Compiled(
    lambda: _foremost(
        active_events(Given("at")).filter(
            pk__in=EventArea.objects.filter(
                area__in=Within.objects.filter(
                    inner=Given("area"), during__contains=Given("at", DateTimeField())
                ).values("outer")
            ).values("event")
        )
    )
)


def active_events(at: datetime | Given) -> QuerySet[Event]:
    """Every event active at a moment, the newest first."""
    return (
        Event.objects.filter(started_at__lte=at)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
        .order_by("-started_at", "-id")
    )


def _foremost(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.order_by("exercise", "-started_at", "-id")[:1]


def active_event(at: datetime, area_id: int | None = None) -> Event | None:
    """The event that is active at a moment, over an area where one is given.

    With several active, a real one comes before an exercise and a newer one before an older.
    """
    return _ACTIVE.first(at=at) if area_id is None else _ACTIVE_OVER.first(at=at, area=area_id)


def names_of(event_ids: Collection[int]) -> dict[int, str]:
    """What events are called in the language that is active, by id. An event's name is nobody's secret."""
    rows = Event.objects.filter(pk__in=event_ids).values_list("pk", "name", "name_en")
    return {pk: called(name, name_en) for pk, name, name_en in rows}


def event_visible_to(caller: Caller, event_id: int, at: datetime) -> Event:
    """One event. Whoever has areas sees those that touch them; residents and volunteers are told of each.

    Raises:
        NotFound: it does not exist, or is active elsewhere only.
    """
    found = events_visible_to(caller, at).filter(pk=event_id).first()
    if found is None:
        raise NotFound
    return found


def events_visible_to(caller: Caller, at: datetime) -> QuerySet[Event]:
    """Events, past ones too, that touch the caller's areas; every event for a caller without areas."""
    areas = [grant.area for grant in caller.grants if grant.area is not None]
    if not areas:
        return Event.objects.order_by("-started_at", "-id")
    # asked of the few areas of events one by one: inside a city lie a hundred thousand
    touching = EventArea.objects.filter(places.lies_within("area", areas, at) | Q(area__in=_outers(areas, at)))
    return Event.objects.filter(pk__in=touching.values("event")).order_by("-started_at", "-id")


def covers(event: Event, place_id: int, at: datetime) -> bool:
    """Whether an event's areas hold a place at a moment."""
    seat = seats_of([place_id], at).get(place_id)
    return seat is not None and EventArea.objects.filter(event=event, area__in=_outers([seat], at)).exists()


def seats_of(place_ids: Collection[int], at: datetime) -> dict[int, int]:
    """The area each place lies in (see above); a place without one is left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, {"places": list(place_ids), "at": at})
        return dict(cursor.fetchall())


def around(place_id: int, at: datetime) -> list[tuple[int, int]]:
    """What a place lies in, itself first, as (place id, breadth), from the most specific outwards. One query.

    A door, its building, its estate; then the micro-grid, grid, community, street, district and city.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _NESTING,
            {"places": [place_id], "at": at, "areas_from": _AREAS_FROM},
        )
        return [(place, breadth) for place, breadth in cursor.fetchall()]


def zone_at(place_id: int, at: datetime) -> ZoneAnswer:
    """The level that holds at a door, building, estate, gate or area at a moment, and why. Two queries.

    Nesting decides: within an event the most specific place wins, between events the safer for life. A place
    that does not exist lies in no zone.
    """
    nested = around(place_id, at)
    # An area asked for is itself marked at breadth 0, whatever its level.
    breadth = {place: 0 if place == place_id else wide for place, wide in nested}
    rows = sorted(
        (
            Weighed(zone.pk, zone.event_id, zone.place_id, zone.level, breadth[zone.place_id], zone.event.exercise)
            for zone in _active_zones(at).filter(place__in=list(breadth)).select_related("event")
        ),
        key=lambda row: (row.breadth, row.event),
    )
    return ZoneAnswer(rules.weigh(rows), tuple(rows), rules.decisive(rows), rules.why(rows))


def zone_levels_of_places(place_ids: Collection[int], at: datetime) -> dict[int, int]:
    """The level that holds at each of some doors, buildings or estates, as ``zone_at`` says it. Two queries."""
    if not place_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NESTINGS, {"places": list(place_ids), "at": at, "areas_from": _AREAS_FROM})
        nested = cursor.fetchall()
    zones: dict[int, list[tuple[int, int, int, bool]]] = defaultdict(list)  # two events may each mark one place
    found = _active_zones(at).filter(place__in={place for _, place, _ in nested})
    for place, zone, event, level, exercise in found.values_list("place", "pk", "event", "level", "event__exercise"):
        zones[place].append((zone, event, level, exercise))
    rows: dict[int, list[Weighed]] = {place: [] for place in place_ids}
    for root, place, breadth in nested:
        rows[root] += [
            Weighed(zone, event, place, level, breadth, exercise) for zone, event, level, exercise in zones[place]
        ]
    ordered = {place: sorted(each, key=lambda row: (row.breadth, row.event)) for place, each in rows.items()}
    return {place: rules.weigh(each) for place, each in ordered.items()}


def zone_levels_of_areas(
    event: Event, area_ids: Collection[int], at: datetime, *, inside: bool = False
) -> dict[int, int]:
    """The level of each area in one event at a moment; at most three queries, however many areas.

    Args:
        inside: count also what lies in an area: a grid with one high-risk building in it is then high, which is
            what decides how many people it needs. Without it the answer is that of `zone_at` for the area.
    """
    wanted = set(area_ids)
    levels = dict.fromkeys(wanted, rules.LOWEST)
    marked = {zone.place_id: zone.level for zone in _active_zones(at).filter(event=event)}
    if not marked or not wanted:
        return levels
    found: dict[int, tuple[int, int]] = {}
    for inner, outer, height in Within.objects.filter(
        inner__in=wanted, outer__in=list(marked), during__contains=at
    ).values_list("inner", "outer", "outer__level"):
        found[inner] = max(found.get(inner, (0, 0)), (height, marked[outer]))
    levels.update({area: level for area, (_, level) in found.items()})
    if not inside:
        return levels
    highest: dict[int, int] = defaultdict(int)
    for place, seat in seats_of(list(marked), at).items():
        highest[seat] = max(highest[seat], marked[place])
    for inner, outer in Within.objects.filter(
        inner__in=list(highest), outer__in=wanted, during__contains=at
    ).values_list("inner", "outer"):
        levels[outer] = max(levels[outer], highest[inner])
    return levels


def zones_in(caller: Caller, area_id: int, at: datetime, *, event: Event | None = None) -> QuerySet[Zone]:
    """Zones in force on places inside an area of the caller's, the highest first.

    Raises:
        NotFound: the area does not exist or lies outside the caller's areas.
    """
    areas = [grant.area for grant in caller.grants if grant.area is not None]
    if not Within.objects.filter(inner=area_id, outer__in=areas, during__contains=at).exists():
        raise NotFound
    ids = _zone_ids_in(area_id, at, event)
    return Zone.objects.filter(pk__in=ids).select_related("event", "place").order_by("-level", "during", "id")


def zone_visible_to(caller: Caller, zone_id: int, at: datetime) -> Zone:
    """One zone on a place inside the caller's areas.

    Raises:
        NotFound: it does not exist or lies elsewhere.
    """
    zone = Zone.objects.select_related("event", "place").filter(pk=zone_id).first()
    if zone is None or not lies_in(zone.place_id, [g.area for g in caller.grants if g.area is not None], at):
        raise NotFound
    return zone


def zone_counts(event: Event, area_ids: Collection[int], at: datetime) -> dict[int, dict[int, int]]:
    """How many zones of each level are in force inside each of some areas, with 0 where none is; four queries at most,
    however many areas."""
    counts = {area: {int(level): 0 for level in Zone.Risk} for area in area_ids}
    marked = list(_active_zones(at).filter(event=event).values_list("place", "level"))
    seats = seats_of([place for place, _ in marked], at) if marked else {}
    around: dict[int, list[int]] = defaultdict(list)
    inside = Within.objects.filter(inner__in=set(seats.values()), outer__in=list(counts), during__contains=at)
    for inner, outer in inside.values_list("inner", "outer"):
        around[inner].append(outer)
    for place, level in marked:
        for area in around[seats[place]] if place in seats else []:
            counts[area][level] += 1
    return counts


def came_down(zone: Zone) -> bool:
    """Whether a zone followed, without a gap, on a higher one of the same event and place."""
    return zone.pk in those_that_came_down([zone])


def those_that_came_down(zones: Collection[Zone]) -> set[int]:
    """Ids of those zones that followed, without a gap, on a higher one of the same event and place; one query."""
    higher = Zone.objects.filter(
        event=OuterRef("event"),
        place=OuterRef("place"),
        level__gt=OuterRef("level"),
        during__endswith=OuterRef("during__startswith"),
    )
    found = Zone.objects.filter(Exists(higher), pk__in=[zone.pk for zone in zones])
    return set(found.values_list("pk", flat=True))


def decides(caller: Caller, what: Decide, around_it: Mapping[int, int], at: datetime) -> bool:
    """Whether a caller decides something over a place, given the areas around it (``levels_around``)."""
    roles = deciding_over(what, around_it.values())
    return any(grant.role in roles and grant.area in around_it and grant.holds_at(at) for grant in caller.grants)


def levels_around(place_id: int, at: datetime) -> dict[int, int]:
    """The areas a place lies in (an area in itself too), by id, with their levels; empty where it lies nowhere. Two
    queries."""
    seat = seats_of([place_id], at).get(place_id)
    if seat is None:
        return {}
    outers = Within.objects.filter(inner=seat, during__contains=at)
    return dict(outers.values_list("outer", "outer__level"))


def lies_in(place_id: int, area_ids: Iterable[int], at: datetime) -> bool:
    """Whether a place lies inside one of some areas (or is one of them) at a moment."""
    seat = seats_of([place_id], at).get(place_id)
    return (
        seat is not None and Within.objects.filter(inner=seat, outer__in=list(area_ids), during__contains=at).exists()
    )


def kind_of(place: Place) -> str:
    """What a place is called in a pack: its kind, an area by its level."""
    if place.kind != Place.Kind.AREA:
        return str(place.kind)
    return Area.objects.get(pk=place.pk).get_level_display().replace("-", "_")


def _outers(area_ids: Iterable[int], at: datetime) -> QuerySet[Within, int]:
    return Within.objects.filter(inner__in=list(area_ids), during__contains=at).values_list("outer", flat=True)


def _active_zones(at: datetime) -> QuerySet[Zone]:
    return Zone.objects.filter(during__contains=at, event__in=active_events(at).order_by().values("pk"))


def _zone_ids_in(area_id: int, at: datetime, event: Event | None) -> list[int]:
    zones = _active_zones(at)
    if event is not None:
        zones = zones.filter(event=event)
    found = list(zones.values_list("pk", "place"))
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_INSIDE, {"places": list({place for _, place in found}), "at": at, "outer": area_id})
        inside = {place for (place,) in cursor.fetchall()}
    return [zone for zone, place in found if place in inside]
