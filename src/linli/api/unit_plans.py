"""An area's own work units: whom they can send, and which of them would be asked; nobody is before it is published."""

from django.http import HttpRequest
from ninja import Query, Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.access.queries import accounts_speaking_for
from linli.api.shapes import READING, WRITING
from linli.api.unit_answers import free_of, heads_out, refuse
from linli.api.unit_shapes import FreeIn, PublishedOut, UnitOut, UnitPlanOut, UnitsIn, UnitsTaken
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.common.sheets.reading import of_cells
from linli.events.queries import active_event
from linli.muster.models import UnitPlan
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.units import answering, counting, jobs, publishing, queries, unit_sheet
from linli.people.models import Organisation
from linli.people.queries import city_is_synthetic

router = Router(tags=["reinforcement"])
MOST = 200


@router.get("/areas/{area_id}/units", response={200: list[UnitOut], **READING})
@open_to(*DECIDING, area_from="area_id")
def units(
    request: HttpRequest,
    area_id: int,
    after: int = Query(0, ge=0, lt=2**63, description="the last number of the answer before"),
) -> list[dict[str, object]]:
    """An area's own work units by number, at most 200 at once."""
    me = caller_of(request)
    area = area_visible_to(me, area_id, *DECIDING)
    return _units(list(queries.units_of(area.pk).filter(pk__gt=after).order_by("pk")[:MOST]))


@router.post("/areas/{area_id}/units", response={200: UnitsTaken, **WRITING})
@open_to(*queries.PLANNING, area_from="area_id")
def load(request: HttpRequest, area_id: int, said: UnitsIn) -> dict[str, object]:
    """Take a list of work units whole or not at all; sent again, it changes nothing.

    409 sheet_overtaken: something changed meanwhile; 422 rows_refused: its fact `rows` says of each wrong row which
    column, a code and why.
    """
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *queries.PLANNING)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    rows = [
        unit_sheet.cells_of(each.name, each.area, free_of(each.free) if each.free is not None else None, each.liaison)
        for each in said.units
    ]
    sheet = of_cells(unit_sheet.TEMPLATE, rows)
    looked = unit_sheet.look(sheet.rows, area, event, by=me, at=at)
    refuse((each.row, each.column, each.problem) for each in (*sheet.rejected, *looked.rejected))
    made = unit_sheet.take(sheet.rows, area, event, by=me, at=at)
    return {
        "units": made.would.get("organisation", 0),
        "free": made.would.get("free", 0),
        "liaisons": made.would.get("liaison", 0),
        "there": made.there,
        "twice": made.twice,
        "synthetic": city_is_synthetic(),
    }


@router.get("/units", response={200: list[UnitOut], **READING})
@open_to(*queries.LIAISON)
def own_units(request: HttpRequest) -> list[dict[str, object]]:
    """The work units that the caller speaks for."""
    return [each for unit in queries.own_units_of(caller_of(request)) for each in _units([unit])]


@router.post("/units/{unit_id}/free", response={200: UnitOut, **WRITING})
@open_to(*queries.LIAISON, *queries.PLANNING)
def say_free(request: HttpRequest, unit_id: int, said: FreeIn) -> dict[str, object]:
    """Say whom a unit can send, by its liaison or by whoever decides over it. 422 bad_reinforcement."""
    me, at = caller_of(request), now()
    unit = queries.unit_spoken_for(me, unit_id, at)
    event = active_event(at, unit.area_id)
    if event is None:
        raise NotFound
    answering.say_free(event, unit, free_of(said.free), by=me, at=at)
    return _units([unit])[0]


@router.post("/areas/{area_id}/unit-plans", response={200: UnitPlanOut, **WRITING})
@open_to(*queries.PLANNING, area_from="area_id")
def begin(request: HttpRequest, area_id: int) -> dict[str, object]:
    """Start working out which of an area's units go; a job does it. 403 not_yours_to_decide, 409 unit_plan_under_way.

    It fails with nothing_to_plan where nobody is short, or no unit has said whom it can send.
    """
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    return _plan(jobs.start(event, area, by=me, at=at))


@router.get("/unit-plans/{unit_plan_id}", response={200: UnitPlanOut, **READING})
@open_to(*DECIDING)
def one_plan(request: HttpRequest, unit_plan_id: int) -> dict[str, object]:
    """One run: its progress, then which units would be asked for whom, at which price, and how near to the best."""
    return _plan(queries.plan_visible_to(caller_of(request), unit_plan_id, now()))


@router.post("/unit-plans/{unit_plan_id}/publication", response={200: PublishedOut, **WRITING})
@open_to(*queries.PLANNING)
def publish(request: HttpRequest, unit_plan_id: int) -> dict[str, object]:
    """Ask the units of a proposal. A line whose request or unit has changed meanwhile asks nobody and is counted.

    403 not_yours_to_decide, unit_plan_unsound; 409 unit_plan_not_ready.
    """
    me, at = caller_of(request), now()
    done = publishing.publish(queries.plan_visible_to(me, unit_plan_id, at), by=me, at=at)
    return {**done, "synthetic": city_is_synthetic()}


def _units(found: list[Organisation]) -> list[dict[str, object]]:
    """Units of one area; four queries for any number of them."""
    at, synthetic, ids = now(), city_is_synthetic(), [unit.pk for unit in found]
    event = active_event(at, found[0].area_id) if found else None
    free = counting.free_of(event, ids, at) if event is not None else {}
    speaks = accounts_speaking_for(ids, at)
    return [
        {
            "id": unit.pk,
            "name": unit.name,
            "area": unit.area_id,
            "free": heads_out(free.get(unit.pk, {}).items()),
            "liaisons": len(speaks.get(unit.pk, ())),
            "synthetic": synthetic,
        }
        for unit in found
    ]


def _plan(plan: UnitPlan) -> dict[str, object]:
    return {
        "id": plan.pk,
        "area": plan.area_id,
        "state": plan.state,
        "failure": plan.failure,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.summary.get("gap"),
        "proved": plan.objective is not None and plan.objective == plan.bound,
        "summary": plan.summary,
        "lines": [
            {
                "reinforcement": line.reinforcement_id,
                "unit": line.organisation_id,
                "skill": line.skill,
                "heads": line.heads,
                "minutes": line.minutes,
                "outcome": line.outcome,
            }
            for line in plan.lines.order_by("pk")
        ],
        "synthetic": city_is_synthetic(),
    }
