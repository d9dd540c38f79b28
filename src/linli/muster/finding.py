"""Finding the community one lives in: from the top of the tree down, or by name. Names of areas are public."""

from datetime import datetime

from django.db.models import Q

from linli.places import queries as places
from linli.places.models import Area, Estate, Level, Within, called

MOST = 30


def is_community(area: Area) -> bool:
    """Whether one can sign up there."""
    return area.level == Level.COMMUNITY


def below(asked: str, at: datetime) -> tuple[Area | None, list[Area]]:
    """An area named by its id (else the top) and what lies in it; a lone area is stepped into at once."""
    here = None
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        here = Area.objects.filter(pk=int(asked), level__lt=Level.COMMUNITY).first()
    here = here or places.top_area()
    if here is None:
        return None, []
    if here.level >= Level.COMMUNITY:
        return here, [here] if is_community(here) else []
    parts = list(places.children(here.pk, at))
    while len(parts) == 1 and parts[0].level < Level.COMMUNITY:
        here = parts[0]
        parts = list(places.children(here.pk, at))
    return here, [area for area in parts if area.level <= Level.COMMUNITY]


def by_name(asked: str, at: datetime) -> list[tuple[Area, str]]:
    """Communities whose own name, or an estate's or the street's, holds some text, each with its street's name."""
    estates = Estate.objects.filter(name__icontains=asked).values("community")
    streets = Area.objects.filter(level=Level.STREET).filter(_named(asked)).values("pk")
    inside = Within.objects.filter(outer__in=streets, during__contains=at).values("inner")
    rows = (
        Area.objects.filter(level=Level.COMMUNITY, outers__outer__level=Level.STREET, outers__during__contains=at)
        .filter(_named(asked) | Q(pk__in=estates) | Q(pk__in=inside))
        .values_list("pk", "outers__outer__name", "outers__outer__name_latin")
        .order_by("name", "pk")[: MOST + 1]
    )
    street_of = {pk: called(name, latin) for pk, name, latin in rows}
    found = Area.objects.in_bulk(street_of)
    return [(found[pk], street) for pk, street in street_of.items()]


def _named(text: str) -> Q:
    return Q(name__icontains=text) | Q(name_latin__icontains=text)


def community_of(area_id: int, at: datetime) -> Area | None:
    """The community an area lies in."""
    return next((area for area in places.ancestors(area_id, at) if is_community(area)), None)
