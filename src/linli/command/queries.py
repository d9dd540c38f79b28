"""Reading for those who answer for an area: its figures, and what was said of it before."""

from datetime import datetime

from django.db.models import QuerySet

from linli.command.figures import MEANINGS, Facts, Figure, Part
from linli.command.models import Briefing
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.models import Event, Zone
from linli.events.queries import zone_counts
from linli.muster.queries import areas_seen
from linli.muster.staffing import Staffing, idle_counts, signed_up_counts, staffing_of
from linli.muster.units import deployed
from linli.people.queries import city_is_synthetic
from linli.places import queries as places
from linli.places.models import Area, Level

_ZONE_KEYS = {Zone.Risk.HIGH: "zones_high", Zone.Risk.MEDIUM: "zones_medium", Zone.Risk.LOW: "zones_low"}


def figures(event: Event, area: Area, at: datetime) -> list[Figure]:
    """What an area answers for, counted from the rows, totals first; a handful of queries whatever its size.

    Told by parts where the areas below are not grids: those are for the street and the community alone.
    """
    below = [child for child in places.children(area.pk, at) if child.level < Level.GRID]
    ids = [area.pk, *(child.pk for child in below)]
    staffing, zones = staffing_of(event, ids, at), zone_counts(event, area.pk, at)
    signed_up, idle = signed_up_counts(event, ids, at), idle_counts(event, ids, at)
    sent = deployed.sent_to(event, ids, at)
    found: list[Figure] = []
    for row, place in enumerate([area, *below]):
        part = Part(place.pk, place.name, place.name_latin or place.name) if row else None
        stands, came = staffing.get(place.pk) or Staffing(), deployed.totals(sent.get(place.pk, []))
        counts = {
            "signed_up": signed_up.get(place.pk, 0),
            "grids_asking": stands.asking,
            "grids_placed": stands.grids_placed,
            "people_placed": stands.placed,
            "people_told": stands.told,
            "people_coming": stands.coming,
            "people_came": stands.came,
            "people_idle": idle.get(place.pk, 0),
            "deployed_city": came.of_city,
            "deployed_counties": came.of_counties,
            "departments_sent": came.departments,
            "deployed_in_zones": came.in_zones,
        }
        found += [_figure(key, value, at, place.pk, part) for key, value in counts.items()]
        if not row:
            found += [_figure(key, zones.get(risk, 0), at, area.pk, None) for risk, key in _ZONE_KEYS.items()]
    return found


def _figure(key: str, value: int, at: datetime, area: int, part: Part | None) -> Figure:
    meaning = MEANINGS[key]
    return Figure(key, value, meaning.definition, at, (meaning.page, area), part)


def facts(event: Event, area: Area, at: datetime) -> Facts:
    """All that a briefing of an area could say at a moment."""
    return Facts(
        event=event.name,
        event_en=event.name_en or event.name,
        area=area.name,
        area_en=area.name_latin or area.name,
        as_of=at,
        exercise=event.exercise,
        synthetic=city_is_synthetic(),
        figures=tuple(figures(event, area, at)),
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
