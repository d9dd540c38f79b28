"""What a grid asks for, and somebody's placement ended by the desk."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.api.unit_answers import heads_out, skills_of
from linli.api.unit_shapes import SkillHeads
from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.models import Event
from linli.events.queries import active_event
from linli.muster import actions, leaving, rosters
from linli.muster.models import Demand
from linli.muster.queries import SEES_GRIDS, area_visible_to, demand_of, placement_visible_to
from linli.people.queries import city_is_synthetic
from linli.places.models import Area, Level

router = Router(tags=["muster"])
MOST_ASKED = 9_999


class DemandIn(Schema):
    """How many people a grid asks for, and of those how many with which skill."""

    want: int = Field(ge=0, le=MOST_ASKED)
    most: int | None = Field(None, ge=0, le=MOST_ASKED, description="null: no more than are wanted")
    skills: list[SkillHeads] = Field([], max_length=12)
    version: int | None = Field(None, ge=0, lt=2**31, description="of what was read, 0 where it asked for nothing yet")


class DemandOut(Schema):
    """What a grid asks for; version 0: it never did."""

    grid: int
    want: int
    most: int
    skills: list[SkillHeads]
    version: int
    asked_at: datetime | None
    synthetic: bool


class ShortOut(DemandOut):
    """What a grid asks for, and what stands behind its empty places, in people."""

    proposal: int | None = Field(
        description="the latest allocation that would place somebody here and is not published"
    )
    proposed: int
    free: int = Field(description="confirmed in the community and placed nowhere")
    waiting: int = Field(description="sign-ups of the community that wait for its desk")


class ReleasedPlacementOut(Schema):
    """A placement that has ended."""

    placement: int
    grid: int
    synthetic: bool


@router.get("/areas/{area_id}/demand", response={200: ShortOut, **READING})
@open_to(*SEES_GRIDS, area_from="area_id")
def demand(request: HttpRequest, area_id: int) -> dict[str, object]:
    """What a grid asks for now, and why places may stand empty."""
    me, at = caller_of(request), now()
    grid, event = _grid(me, area_id, at)
    why = rosters.why_short(event, grid, at)
    return _demand(grid, demand_of(event, grid)) | {
        "proposal": why.proposal,
        "proposed": why.proposed,
        "free": why.free,
        "waiting": why.waiting,
    }


@router.post("/areas/{area_id}/demand", response={200: DemandOut, **WRITING})
@open_to(*SEES_GRIDS, area_from="area_id")
def ask_for(request: HttpRequest, area_id: int, said: DemandIn) -> dict[str, object]:
    """Say anew what a grid asks for. 403 not_yours_to_decide; 409 demand_changed_meanwhile; 422 bad_demand."""
    me, at = caller_of(request), now()
    grid, event = _grid(me, area_id, at)
    asked = actions.ask_for(
        event,
        grid,
        want=said.want,
        most=said.most if said.most is not None else said.want,
        skills=skills_of(each for each in said.skills if each.heads),
        expected_version=said.version,
        by=me,
        at=at,
    )
    return _demand(grid, asked)


@router.post("/placements/{placement_id}/release", response={200: ReleasedPlacementOut, **WRITING})
@open_to("community_desk")
def release(request: HttpRequest, placement_id: int) -> dict[str, object]:
    """End somebody's placement now; they are told, and are free for another grid."""
    me, at = caller_of(request), now()
    placement = placement_visible_to(me, placement_id, at)
    leaving.release(placement, by=me, at=at)
    return {"placement": placement_id, "grid": placement.grid_id, "synthetic": city_is_synthetic()}


def _grid(me: Caller, area_id: int, at: datetime) -> tuple[Area, Event]:
    """A grid that the caller sees, and the event there.

    Raises:
        NotFound: it is none, lies elsewhere, or no event is active there.
    """
    found = area_visible_to(me, area_id, *SEES_GRIDS)
    event = active_event(at, found.pk)
    if found.level != Level.GRID or event is None:
        raise NotFound
    return found, event


def _demand(grid: Area, asked: Demand | None) -> dict[str, object]:
    lines = asked.skills.values_list("skill", "heads") if asked is not None else ()
    return {
        "grid": grid.pk,
        "want": asked.want if asked is not None else 0,
        "most": asked.most if asked is not None else 0,
        "skills": heads_out(lines),
        "version": asked.version if asked is not None else 0,
        "asked_at": asked.asked_at if asked is not None else None,
        "synthetic": city_is_synthetic(),
    }
