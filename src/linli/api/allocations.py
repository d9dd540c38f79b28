"""Runs of the planner over an area: begun, read line by line, published by name. The same actions the pages call."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import AwareDatetime

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster import jobs, queries, rosters
from linli.muster.models import Allocation
from linli.people.queries import city_is_synthetic

router = Router(tags=["muster"])
MOST_RUNS, MOST_LINES = 50, 500
READABLE = (Allocation.State.PROPOSED, Allocation.State.PUBLISHED)


class AllocationIn(Schema):
    """An area and the time people are placed for."""

    area: int
    since: AwareDatetime = Field(description="with its time zone; within a year from now")
    until: AwareDatetime = Field(description="with its time zone; not over yet, at most 60 days later")
    pool: Literal["residents", "units"] = Field(
        "residents", description="whom to place: who signed up, or who arrived from work units; never both"
    )


class AllocationOut(Schema):
    """A run of the planner, its progress and, once finished, its proof."""

    id: int
    area: int
    kind: str = Field(description="place, or repair, which fills what stands empty")
    pool: str = Field(description="residents or units")
    mode: str = Field(description="of a repair: calm or exact")
    state: str = Field(description="waiting, running, proposed, publishing, published, failed")
    failure: str = Field(description="a code where it failed")
    progress: float
    step: str
    objective: int | None
    bound: int | None
    proved: bool
    summary: dict[str, object]
    published: int
    synthetic: bool


class ProposedInOut(Schema):
    """What a proposal means for one grid, or for one community to whoever sees no grids; in people."""

    area: int
    name: str
    heads: int
    published: int
    overtaken: int
    farthest_m: int


class OvertakenOut(Schema):
    """Why lines were not published."""

    why: str = Field(description="a code, such as placed_meanwhile")
    heads: int


class LinesOut(Schema):
    """A proposal by area, by name; and what of it was overtaken."""

    lines: list[ProposedInOut]
    more: bool = Field(description="whether there are more after these")
    overtaken: list[OvertakenOut]
    synthetic: bool


@router.get("/areas/{area_id}/allocations", response={200: list[AllocationOut], **READING})
@open_to(*queries.DECIDING, area_from="area_id")
def allocations(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """Runs over an area, the newest first, at most 50: proposals of each round, and repairs."""
    me, at = caller_of(request), now()
    area = queries.area_visible_to(me, area_id, *queries.DECIDING)
    event = active_event(at, area.pk)
    return [run_out(me, run) for run in queries.allocations_of(event, area)[:MOST_RUNS]] if event is not None else []


@router.post("/allocations", response={200: AllocationOut, **WRITING})
@open_to(*queries.DECIDING)
def start(request: HttpRequest, asked: AllocationIn) -> dict[str, object]:
    """Start working out a proposal over an area. 409 allocation_under_way, 422 bad_placing_time."""
    me, at = caller_of(request), now()
    area = queries.area_visible_to(me, asked.area)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    during, pool = from_on(asked.since, asked.until), Allocation.Pool(asked.pool)
    run = jobs.start(event, area, during=during, pool=pool, by=me, at=at)
    return run_out(me, run)


@router.get("/allocations/{allocation_id}", response={200: AllocationOut, **READING})
@open_to(*queries.DECIDING)
def one_allocation(request: HttpRequest, allocation_id: int) -> dict[str, object]:
    """One run: its progress and, once finished, its proof."""
    me = caller_of(request)
    return run_out(me, queries.allocation_visible_to(me, allocation_id))


@router.post("/allocations/{allocation_id}/publication", response={202: AllocationOut, **WRITING})
@open_to(*queries.DECIDING)
def publish(request: HttpRequest, allocation_id: int) -> Status[dict[str, object]]:
    """Publish a proposal; a job carries it out, its progress is in the run. 409 allocation_not_ready."""
    me, at = caller_of(request), now()
    run = queries.allocation_visible_to(me, allocation_id)
    jobs.start_publishing(run, by=me, at=at)
    return Status(202, run_out(me, run))


@router.get("/allocations/{allocation_id}/lines", response={200: LinesOut, **READING})
@open_to(*queries.DECIDING)
def lines(
    request: HttpRequest,
    allocation_id: int,
    skip: int = Query(0, ge=0, le=100_000, description="how many were read before"),
) -> dict[str, object]:
    """What a run that is proposed or published means, grid by grid, at most 500 at once; nobody is named."""
    me, at = caller_of(request), now()
    run = readable(me, allocation_id)
    named = queries.sees_grids(me, run.area_id, at)
    counted: Any = rosters.lines_by_grid(run) if named else rosters.lines_by_community(run, at)
    rows = list(counted[skip : skip + MOST_LINES + 1])
    return {
        "lines": [
            {
                "area": row["area"],
                "name": row["name"],
                "heads": row["heads"],
                "published": row["published"],
                "overtaken": row["overtaken"],
                "farthest_m": row["farthest"],
            }
            for row in rows[:MOST_LINES]
        ],
        "more": len(rows) > MOST_LINES,
        "overtaken": [{"why": why, "heads": heads} for why, heads in rosters.why_overtaken(run)],
        "synthetic": city_is_synthetic(),
    }


def readable(caller: Caller, allocation_id: int) -> Allocation:
    """A run that has come to a proposal, if the caller sees its area.

    Raises:
        NotFound: it has not, or lies elsewhere.
    """
    run = queries.allocation_visible_to(caller, allocation_id)
    if run.state not in READABLE:
        raise NotFound
    return run


def run_out(caller: Caller, run: Allocation) -> dict[str, object]:
    """A run as the API tells it; whoever sees no grids reads nothing that names one."""
    summary = {key: fact for key, fact in run.summary.items() if key != "chains"}  # told of a repair by itself
    if not queries.sees_grids(caller, run.area_id, now()):
        summary.pop("worst", None)
    return {
        "id": run.pk,
        "area": run.area_id,
        "kind": run.kind,
        "pool": run.pool,
        "mode": run.mode,
        "state": run.state,
        "failure": run.failure,
        "progress": run.progress,
        "step": run.step,
        "objective": run.objective,
        "bound": run.bound,
        "proved": run.proved,
        "summary": summary,
        "published": rosters.published_count(run),
        "synthetic": city_is_synthetic(),
    }
