"""Reading for those who answer for an area: its figures, and what was said of it before."""

from datetime import datetime

from django.db.models import QuerySet

from linli.command.figures import MEANINGS, Facts, Figure, Part
from linli.command.models import Briefing
from linli.command.stands import Stands, stands_of
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.models import Event, Zone
from linli.muster.queries import areas_seen
from linli.people.queries import city_is_synthetic
from linli.places import queries as places
from linli.places.models import Area, Level

_ZONE_KEYS = {Zone.Risk.HIGH: "zones_high", Zone.Risk.MEDIUM: "zones_medium", Zone.Risk.LOW: "zones_low"}


def figures(area: Area, parts: list[Area], stands: Stands) -> list[Figure]:
    """What an area answers for, totals first, then by parts."""
    told: list[Figure] = []
    for place in (area, *parts):
        part = Part(place.pk, place.name, place.name_latin or place.name) if place is not area else None
        stand = stands[place.pk]
        counts = {
            "signed_up": stand.signed_up,
            "grids_asking": stand.staffing.asking,
            "grids_placed": stand.staffing.grids_placed,
            "people_placed": stand.staffing.placed,
            "people_told": stand.staffing.told,
            "people_coming": stand.staffing.coming,
            "people_came": stand.staffing.came,
            "people_idle": stand.idle,
            "deployed_city": stand.deployed.of_city,
            "deployed_counties": stand.deployed.of_counties,
            "departments_sent": stand.deployed.departments,
            "deployed_in_zones": stand.deployed.in_zones,
        }
        if part is None:
            counts |= {key: stand.zones.get(risk, 0) for risk, key in _ZONE_KEYS.items()}
        told += [_figure(key, value, stands.at, place.pk, part) for key, value in counts.items()]
    return told


def _figure(key: str, value: int, at: datetime, area: int, part: Part | None) -> Figure:
    meaning = MEANINGS[key]
    return Figure(key, value, meaning.definition, at, (meaning.page, area), part)


def facts(event: Event, area: Area, at: datetime, stands: Stands | None = None) -> Facts:
    """All that a briefing of an area could say at a moment, told by parts where the areas below are not grids: those
    are for the street and the community alone.

    Args:
        stands: counts to say it from, as of their own moment; counted now where none are given.
    """
    parts = [child for child in places.children(area.pk, at) if child.level < Level.GRID]
    stands = stands or stands_of(event, [area.pk, *(part.pk for part in parts)], at)
    return Facts(
        event=event.name,
        event_en=event.name_en or event.name,
        area=area.name,
        area_en=area.name_latin or area.name,
        as_of=stands.at,
        exercise=event.exercise,
        synthetic=city_is_synthetic(),
        figures=tuple(figures(area, parts, stands)),
    )


def briefings_of(event: Event, area: Area) -> QuerySet[Briefing]:
    """Briefings saved of an area, latest first."""
    return Briefing.objects.filter(event=event, area=area).order_by("-as_of", "-pk")


def briefing_visible_to(caller: Caller, briefing_id: int) -> Briefing:
    """One saved briefing, if the caller sees its area.

    Raises:
        NotFound: it does not exist, or its area lies elsewhere.
    """
    found = (
        Briefing.objects.select_related("event", "area")
        .filter(pk=briefing_id, area__in=areas_seen(caller, now()))
        .first()
    )
    if found is None:
        raise NotFound
    return found
