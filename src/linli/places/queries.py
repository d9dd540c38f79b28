"""Reading places: the tree as it is at a moment, and what holds what."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, QuerySet

from linli.common.compiled import Compiled, Given, OneOf
from linli.places.models import Area, AreaParent, Assigned, Level, Place, Within

_COMMUNITY = Compiled(
    lambda: Area.objects.filter(
        pk=Given("area"),
        level=Level.COMMUNITY,
        inners__inner=Given("area"),
        inners__during__contains=Given("at", DateTimeField()),
    )[:1]
)
_INSIDE = Compiled(
    lambda: Within.objects.filter(
        inner=Given("inner"), outer=OneOf("outers"), during__contains=Given("at", DateTimeField())
    )[:1]
)


def within(outer_ids: Iterable[int], at: datetime) -> QuerySet[Within, int]:
    """Ids of all areas inside the given ones at a moment, themselves included; usable as a subquery."""
    return Within.objects.filter(outer__in=list(outer_ids), during__contains=at).values_list("inner", flat=True)


def lies_within(field: str, outer_ids: Iterable[int], at: datetime) -> Exists:
    """The condition that the area in a field of the rows asked for lies inside one of the given ones (or is it)."""
    return Exists(Within.objects.filter(inner=OuterRef(field), outer__in=list(outer_ids), during__contains=at))


def is_within(inner: int, outer: int, at: datetime) -> bool:
    """Whether an area lies inside another (or is it) at a moment."""
    return _INSIDE.first(inner=inner, outers=[outer], at=at) is not None


def is_within_any(inner: int, outers: Collection[int], at: datetime) -> bool:
    """Whether an area lies inside one of several (or is it) at a moment."""
    return bool(outers) and _INSIDE.first(inner=inner, outers=list(outers), at=at) is not None


def ancestors(area_id: int, at: datetime) -> list[Area]:
    """The areas an area lies in, itself first, then upwards to the top."""
    rows = Area.objects.filter(inners__inner=area_id, inners__during__contains=at)
    return sorted(rows, key=lambda area: -area.level)


def desk_phones(area_ids: Collection[int], at: datetime) -> list[tuple[str, str]]:
    """Communities that some areas lie in or are, each with the number of its desk, where it has one; by name."""
    inside = Within.objects.filter(inner__in=list(area_ids), during__contains=at).values("outer")
    found = (
        Area.objects.filter(place__in=inside, level=Level.COMMUNITY).exclude(desk_phone="").order_by("name", "place_id")
    )
    return [(area.called, area.desk_phone) for area in found]


def children(area_id: int, at: datetime) -> QuerySet[Area]:
    """Areas directly below one, by name."""
    return Area.objects.filter(parents__parent=area_id, parents__during__contains=at).order_by("name", "place_id")


def top_area() -> Area | None:
    """The top of this installation: the city, or the one street or community that runs it; the same at any moment.

    The highest of all lies in nothing: what an area lies in is above it (`area_parent_is_above`), so that nobody's
    parents have to be looked for, which would read all of a city's 130,000.
    """
    return Area.objects.order_by("level", "place_id").first()


def areas_down_to(level: Level) -> list[int]:
    """All areas of this installation at a level or above it, those that are no longer in the tree among them."""
    return list(Area.objects.filter(level__lte=level).values_list("pk", flat=True))


def community(area_id: int, at: datetime) -> Area | None:
    """A community of the tree at a moment, by its id."""
    return _COMMUNITY.first(area=area_id, at=at)


def counts_by_level(outer_id: int, at: datetime) -> dict[int, int]:
    """How many areas of each level lie inside one, itself included."""
    rows = Within.objects.filter(outer=outer_id, during__contains=at).values_list("inner__level")
    return dict(rows.annotate(number=Count("pk")))


def without_part(outer_id: int, level: Level, part: Level, at: datetime) -> QuerySet[Area]:
    """Areas of one level inside another that hold no area of a lower level yet."""
    held = Within.objects.filter(inner__level=part, outer__level=level, during__contains=at).values("outer")
    return areas_below([outer_id], level, at).exclude(place__in=held)


def areas_below(outer_ids: Collection[int], level: Level, at: datetime) -> QuerySet[Area]:
    """All areas of one level inside the given ones."""
    return Area.objects.filter(level=level, place__in=within(outer_ids, at)).order_by("place_id")


def micro_grid_of(place_id: int, at: datetime) -> int | None:
    """The micro-grid that holds a place: its own row, else that of what it stands in; one walk upwards."""
    current: int | None = place_id
    while current is not None:
        held = Assigned.objects.filter(place=current, during__contains=at).values_list("micro_grid", flat=True).first()
        if held is not None:
            return held
        found = Place.objects.filter(pk=current).values_list("kind", "physical_parent").first()
        if found is None or found[0] == Place.Kind.AREA:
            return None
        current = found[1]
    return None


def parents_by_level(level: Level, upper: Level, outer_id: int, at: datetime) -> dict[int, int]:
    """For every area of `level` inside `outer_id`, its ancestor of level `upper`; one query."""
    rows = (
        Within.objects.filter(
            inner__level=level,
            outer__level=upper,
            during__contains=at,
            inner__in=within([outer_id], at),
        )
        .values_list("inner", "outer")
        .annotate()
    )
    return dict(rows)


def open_parent(area_id: int) -> AreaParent | None:
    """The row that says what an area belongs to now and until further notice."""
    return (
        AreaParent.objects.filter(area=area_id, during__endswith__isnull=True)
        .annotate(since=F("during__startswith"))
        .first()
    )
