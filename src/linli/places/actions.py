"""Changing places. Whoever changes the tree changes its closure in the same transaction, and nobody else writes it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from linli.common.caller import Caller
from linli.common.copying import copy_text
from linli.common.db import from_on
from linli.custody import trail
from linli.places import queries, rules
from linli.places.errors import HoldsNoBuildings, NotAbove, NotInThatGrid, PastIsFixed
from linli.places.models import Area, AreaParent, Assigned, Level, Place, Within


@transaction.atomic
def add_area(
    *,
    level: Level,
    name: str,
    parent: Area | None,
    by: Caller,
    at: datetime,
    dedicated: bool = False,
    name_latin: str = "",
    code: str = "",
    lon: float | None = None,
    lat: float | None = None,
) -> Area:
    """Found a new area under another (or, without one, as a top area).

    Raises:
        NotAbove: the parent is not of a higher level.
    """
    if parent is not None and parent.level >= level:
        raise NotAbove(parent=parent.name, area=name)
    lock_tree()
    place = Place.objects.create(kind=Place.Kind.AREA)
    area = Area.objects.create(
        place=place, level=level, name=name, name_latin=name_latin, code=code, dedicated=dedicated, lon=lon, lat=lat
    )
    Within.objects.create(inner=area, outer=area, during=from_on(at))
    if parent is not None:
        AreaParent.objects.create(
            area=area, level=area.level, parent=parent, parent_level=parent.level, during=from_on(at)
        )
        _open_closure(area.pk, parent.pk, at)
    trail.record("area.added", who=by, subject=f"place:{place.pk}", at=at, area=place.pk)
    return area


@transaction.atomic
def set_desk_phone(area: Area, phone: str, *, by: Caller, at: datetime) -> None:
    """Say under which number the desk of an area answers; empty where it has none.

    Raises:
        BadDeskPhone: it is no number that can be dialled.
    """
    dialled = rules.desk_phone(phone)
    Area.objects.filter(pk=area.pk).update(desk_phone=dialled)
    area.desk_phone = dialled
    trail.record("area.desk_phone", who=by, subject=f"place:{area.pk}", at=at, area=area.pk)


@transaction.atomic
def hang(area: Area, parent: Area, *, by: Caller, at: datetime) -> None:
    """Let an area belong to another one from a moment on. What was before stays as it was.

    Re-hanging a micro-grid touches no person: they are counted in the micro-grid itself.

    Raises:
        NotAbove: the parent is not of a higher level.
        PastIsFixed: the area changed later than `at`.
    """
    if parent.level >= area.level:
        raise NotAbove(parent=parent.name, area=area.name)
    lock_tree()
    current = queries.open_parent(area.pk)
    if current is not None:
        if current.parent_id == parent.pk:
            return
        if current.during.lower > at:
            raise PastIsFixed(area=area.name, since=current.during.lower)
        _close_closure(area.pk, at)
        _end(current, at)
    AreaParent.objects.create(area=area, level=area.level, parent=parent, parent_level=parent.level, during=from_on(at))
    _open_closure(area.pk, parent.pk, at)
    trail.record("area.hung", who=by, subject=f"place:{area.pk}", at=at, area=parent.pk, facts={"parent": parent.pk})


@transaction.atomic
def split_grid(grid: Area, *, name: str, take: list[Area], by: Caller, at: datetime) -> Area:
    """Make a new grid beside an existing one and hang some of its micro-grids there.

    Raises:
        NotInThatGrid: one of the micro-grids does not hang in the grid (any more).
        PastIsFixed: one of them changed later than `at`.
    """
    lock_tree()
    for micro in take:
        held = queries.open_parent(micro.pk)
        if held is None or held.parent_id != grid.pk:
            raise NotInThatGrid(area=micro.name, grid=grid.name)
    above = queries.open_parent(grid.pk)
    parent = above.parent if above is not None else None
    new = add_area(level=Level.GRID, name=name, parent=parent, by=by, at=at, lon=grid.lon, lat=grid.lat)
    for micro in take:
        hang(micro, new, by=by, at=at)
    return new


@transaction.atomic
def assign(place: Place, micro_grid: Area, *, by: Caller, at: datetime) -> None:
    """Say which micro-grid holds a building or a door from a moment on.

    Moves no person: the action that also moves those who live there is ``people.actions.reassign``.

    Raises:
        HoldsNoBuildings: the area is neither a micro-grid nor a dedicated grid.
        PastIsFixed: the assignment changed later than `at`.
    """
    if micro_grid.level != Level.MICRO_GRID and not micro_grid.dedicated:
        raise HoldsNoBuildings(area=micro_grid.name)
    # The place and not the row: whoever waits for a row that is ended meanwhile finds none and adds a second.
    Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    current = Assigned.objects.filter(place=place, during__endswith__isnull=True).first()
    if current is not None:
        if current.micro_grid_id == micro_grid.pk:
            return
        if current.during.lower > at:
            raise PastIsFixed(area=f"place {place.pk}", since=current.during.lower)
        _end(current, at)
    Assigned.objects.create(place=place, micro_grid=micro_grid, during=from_on(at))
    trail.record("place.assigned", who=by, subject=f"place:{place.pk}", at=at, area=micro_grid.pk)


def assign_new(held: Mapping[int, int], *, by: Caller, at: datetime) -> None:
    """Say which micro-grid holds buildings or doors that the same transaction has made; in one statement.

    Args:
        held: the micro-grid's place id by that of the building or door.
    """
    since = f"[{at.isoformat()},)"
    rows = (f"{place}\t{micro_grid}\t{since}" for place, micro_grid in held.items())
    copy_text("places_assigned", ("place_id", "micro_grid_id", "during"), rows)
    trail.record_many(
        "place.assigned", who=by, subjects=[f"place:{place}" for place in held], areas=list(held.values()), at=at
    )


def lock_tree() -> None:
    """One writer of the tree at a time: a closure built from two half-changed trees would be wrong."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('places.tree'))")


def _end(row: AreaParent | Assigned | Within, at: datetime) -> None:
    """End an open period; one that would be empty never was."""
    if row.during.lower == at:
        row.delete()
        return
    row.during = from_on(row.during.lower, at)
    row.save(update_fields=["during"])


def _close_closure(area_id: int, at: datetime) -> None:
    """End what the subtree of an area owed to its ancestors."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH subtree AS (SELECT inner_id FROM places_within WHERE outer_id = %(area)s AND upper_inf(during)),
                 above AS (
                   SELECT outer_id FROM places_within
                   WHERE inner_id = %(area)s AND outer_id <> %(area)s AND upper_inf(during)),
                 gone AS (
                   DELETE FROM places_within w USING subtree s, above a
                   WHERE w.inner_id = s.inner_id AND w.outer_id = a.outer_id
                     AND upper_inf(w.during) AND lower(w.during) >= %(at)s)
            UPDATE places_within w SET during = tstzrange(lower(w.during), %(at)s, '[)')
            FROM subtree s, above a
            WHERE w.inner_id = s.inner_id AND w.outer_id = a.outer_id
              AND upper_inf(w.during) AND lower(w.during) < %(at)s
            """,
            {"area": area_id, "at": at},
        )


def _open_closure(area_id: int, parent_id: int, at: datetime) -> None:
    """Put the subtree of an area inside a parent and all that lies above it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO places_within (inner_id, outer_id, during)
            SELECT s.inner_id, a.outer_id, tstzrange(%(at)s, NULL, '[)')
            FROM places_within s, places_within a
            WHERE s.outer_id = %(area)s AND upper_inf(s.during)
              AND a.inner_id = %(parent)s AND upper_inf(a.during)
            """,
            {"area": area_id, "parent": parent_id, "at": at},
        )
