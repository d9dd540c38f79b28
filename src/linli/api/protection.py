"""Training and insurance, which dangerous work asks for: recorded by the desk once for everybody it covers."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.duty import protecting
from linli.events.queries import active_event
from linli.muster.queries import community_of_desk, placed_inside, placements_visible_to
from linli.muster.teams import holding
from linli.muster.teams import protecting as recording
from linli.people.queries import city_is_synthetic
from linli.places import queries as places

router = Router(tags=["muster"])
MOST = 500
Number = Annotated[int, Field(ge=1, lt=2**63)]


class WorkOut(Schema):
    """Dangerous work, and how many of those placed here are trained for it."""

    work: str = Field(description="code of the pack's posts")
    trained: int
    first_until: date | None = Field(description="the last day on which the training of the first of them holds")


class PolicyOut(Schema):
    """An insurance of everybody who serves in an area, or whom a unit sends there."""

    id: int
    area: int
    unit: int | None
    name: str = Field(description="insurer and number; nobody is named in it")
    until: date


class ProtectionOut(Schema):
    """What protects those who are placed in a community."""

    placed: int
    works: list[WorkOut]
    policies: list[PolicyOut] = Field(description="of the community and what it lies in, who ends last first")
    synthetic: bool


class TrainingIn(Schema):
    """Who was trained for what; what was recorded of it before is replaced."""

    work: str = Field(max_length=40)
    until: date
    placements: list[Number] = Field(min_length=1, max_length=MOST)


class PolicyIn(Schema):
    """An insurance of everybody who serves in the community."""

    name: str = Field(max_length=200)
    until: date


@router.get("/communities/{community_id}/protection", response={200: ProtectionOut, **READING})
@open_to("community_desk", area_from="community_id")
def protection(request: HttpRequest, community_id: int) -> dict[str, object]:
    """How many are trained for which dangerous work, and which insurances hold."""
    return _told(request, community_id)


@router.post("/communities/{community_id}/trainings", response={200: ProtectionOut, **WRITING})
@open_to("community_desk", area_from="community_id")
def record_training(request: HttpRequest, community_id: int, said: TrainingIn) -> dict[str, object]:
    """Record that people placed here were trained, by their placements; a placement that has ended is left out.

    422 post_work_unknown: not dangerous; training_over.
    """
    me, at = caller_of(request), now()
    community = community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    people = [row.person_id for row in placements_visible_to(me, event, community, said.placements, at)]
    recording.record_training(event, people, work=said.work, until=said.until, area=community, by=me, at=at)
    return _told(request, community_id)


@router.post("/communities/{community_id}/policies", response={200: ProtectionOut, **WRITING})
@open_to("community_desk", area_from="community_id")
def record_policy(request: HttpRequest, community_id: int, said: PolicyIn) -> dict[str, object]:
    """Record an insurance; the same name again is the same one. 422 policy_unclear, unreadable."""
    me, at = caller_of(request), now()
    community = community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    recording.record_policy(event, community, name=said.name, until=said.until, by=me, at=at)
    return _told(request, community_id)


def _told(request: HttpRequest, community_id: int) -> dict[str, object]:
    me, at = caller_of(request), now()
    community = community_of_desk(me, community_id)
    event = active_event(at, community.pk)
    if event is None:
        raise NotFound
    people = set(placed_inside(me, event, community, at).values_list("person", flat=True))
    works = []
    for code in holding.dangerous_works(event):
        ends = protecting.trained_of(event, people, code).values()
        works.append({"work": code, "trained": len(ends), "first_until": min(ends, default=None)})
    above = [area.pk for area in places.ancestors(community.pk, at)]
    return {
        "placed": len(people),
        "works": works,
        "policies": [
            {"id": row.pk, "area": row.area_id, "unit": row.organisation_id, "name": row.name, "until": row.until}
            for row in protecting.policies_over(event, above)
        ],
        "synthetic": city_is_synthetic(),
    }
