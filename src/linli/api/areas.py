"""Areas: how they stand."""

from django.http import HttpRequest
from ninja import Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, AreaOut
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster import queries, staffing
from linli.people.queries import city_is_synthetic
from linli.places import queries as places
from linli.places.models import Area, Level

router = Router(tags=["areas"])


@router.get("/areas/{area_id}", response={200: AreaOut, **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def area(request: HttpRequest, area_id: int) -> dict[str, object]:
    """One area: grids that ask, heads wanted, people placed and signed up, counted from the rows."""
    return _standing([_counted(request, area_id)])[0]


@router.get("/areas/{area_id}/parts", response={200: list[AreaOut], **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def parts(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """The areas directly below one."""
    found = _counted(request, area_id)
    below = list(places.children(found.pk, now()))
    if any(part.level >= Level.GRID for part in below):
        queries.area_visible_to(caller_of(request), area_id, *queries.SEES_GRIDS)
    return _standing(below)


def _counted(request: HttpRequest, area_id: int) -> Area:
    """An area whose exact counts the caller may have: not the press, whose figures are of five or more.

    Raises:
        NotFound: it does not exist, lies elsewhere, or is a grid and the caller's counts end at the community.
    """
    found = queries.area_visible_to(caller_of(request), area_id, *queries.DECIDING)
    if found.level >= Level.GRID:
        return queries.area_visible_to(caller_of(request), area_id, *queries.SEES_GRIDS)
    return found


def _standing(found: list[Area]) -> list[dict[str, object]]:
    at = now()
    event = active_event(at)
    if event is None:
        raise NotFound
    ids = [area.pk for area in found]
    stands = staffing.staffing_of(event, ids, at)
    signed = staffing.signed_up_counts(event, ids, at)
    synthetic = city_is_synthetic()
    rows = []
    for area in found:
        standing = stands.get(area.pk) or staffing.Staffing()
        rows.append(
            {
                "id": area.pk,
                "level": area.level,
                "name": area.name,
                "asking": standing.asking,
                "wanted": standing.wanted,
                "placed": standing.placed,
                "told": standing.told,
                "coming": standing.coming,
                "came": standing.came,
                "grids_placed": standing.grids_placed,
                "signed_up": signed.get(area.pk, 0),
                "as_of": at,
                "synthetic": synthetic,
            }
        )
    return rows
