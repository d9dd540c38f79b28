"""Who is placed, proposed or overtaken: masked names for the desk that runs the grid, counts for everybody above."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from linli.common.caller import Caller
from linli.custody import masks, secrets
from linli.events.models import Event
from linli.muster.finding import community_of
from linli.muster.models import Allocation, Deployed, Placement, Proposal, SignUp
from linli.muster.queries import areas_seen, not_over, placed_in_grid
from linli.people.models import Identity
from linli.places.models import Area


@dataclass(frozen=True, slots=True)
class Someone:
    """A person in a list of a desk, already masked.

    Attributes:
        sign_up: the id of their confirmed sign-up, by whose page the desk may have a field shown in full.
        placement: the id of what may be ended; None for a line of a proposal.
        skill: the number of the skill they fill a place for, or None.
        metres: from home; estimated where a place has no coordinates.
        during: the time they are placed for.
        coming_at: when they said that they come; None where they have not. late: the time to say so is over.
    """

    sign_up: UUID | None
    placement: int | None
    name: str
    phone: str
    skill: int | None
    metres: int
    estimated: bool
    during: Any
    coming_at: datetime | None = None
    late: bool = False


def placed_rows(caller: Caller, event: Event, grid: Area, at: datetime) -> QuerySet[Placement]:
    """Placements in a grid, by when they begin; none unless the caller's desk runs it."""
    return placed_in_grid(caller, event, grid, at).order_by("during", "person_id")


def placed_people(rows: Collection[Placement], event: Event, at: datetime) -> list[Someone]:
    """A page of them as people, masked. One query."""
    said = said_by(event.pk, [row.person_id for row in rows])
    people = zip(rows, [_someone(row, said.get(row.person_id), row.during) for row in rows], strict=True)
    return [
        replace(one, coming_at=row.coming_at, late=row.coming_at is None and row.answer_by <= at) for row, one in people
    ]


def proposed_people(
    caller: Caller, run: Allocation, grid_ids: Collection[int], at: datetime, *, first: int = 0, most: int
) -> dict[int, list[Someone]]:
    """Lines of a proposal in some grids, `most` of each from the `first` on, for the desk that runs them; two queries.

    Within a grid the nearest stand first.
    """
    mine = areas_seen(caller, at, "community_desk")
    place = Window(RowNumber(), partition_by="grid_id", order_by=("metres", "person_id"))
    lines = run.lines.filter(grid__in=list(grid_ids)).filter(grid__in=mine).annotate(place=place)
    rows = list(lines.filter(place__gt=first, place__lte=first + most).order_by("grid_id", "place"))
    said = said_by(run.event_id, [row.person_id for row in rows])
    found: dict[int, list[Someone]] = {}
    for row in rows:
        found.setdefault(row.grid_id, []).append(_someone(row, said.get(row.person_id), run.during))
    return found


def said_by(event_id: int, people: list[int]) -> dict[int, SignUp | Identity]:
    """What people said of themselves, in clear; of those whom a work unit sent, what it said of them."""
    rows = SignUp.objects.filter(event=event_id, person__in=people, state=SignUp.State.CONFIRMED)
    found: dict[int, SignUp | Identity] = {row.person_id: row for row in rows if row.person_id is not None}
    if others := [person for person in people if person not in found]:
        sent = Deployed.objects.filter(call__event=event_id, person__in=others).values("person")
        for known in Identity.objects.filter(person__in=sent, phone__isnull=False).order_by("holder"):
            found.setdefault(known.person_id, known)
    return found


def _someone(row: Placement | Proposal, said: SignUp | Identity | None, during: Any) -> Someone:
    return Someone(
        sign_up=said.pk if isinstance(said, SignUp) else None,
        placement=row.pk if isinstance(row, Placement) else None,
        name=masks.mask_name(said.name) if said else "",
        phone=masks.mask_phone(secrets.unseal(bytes(said.phone))) if said and said.phone is not None else "",
        skill=row.skill,
        metres=row.metres,
        estimated=row.estimated,
        during=during,
    )


def lines_by_grid(run: Allocation) -> QuerySet[Proposal, dict[str, Any]]:
    """Counts of a proposal by grid: dicts of area, name, heads, published, overtaken, farthest (metres)."""
    return _counted(run.lines.annotate(area=F("grid"), name=F("grid__name")))


_BY_COMMUNITY = """
WITH grids AS MATERIALIZED (
    SELECT grid_id, count(*) AS heads, count(*) FILTER (WHERE outcome = %(published)s) AS published,
        count(*) FILTER (WHERE outcome = %(overtaken)s) AS overtaken, max(metres) AS farthest
    FROM muster_proposal WHERE allocation_id = %(run)s GROUP BY grid_id)
SELECT a.place_id AS area, a.name, sum(heads)::bigint AS heads, sum(published)::bigint AS published,
    sum(overtaken)::bigint AS overtaken, max(farthest) AS farthest
FROM grids JOIN places_areaparent p ON p.area_id = grids.grid_id AND p.during @> %(at)s::timestamptz
JOIN places_area a ON a.place_id = p.parent_id GROUP BY a.place_id ORDER BY a.name, a.place_id
"""
"""Added up by grid first: a proposal for a city has a line for each person."""


def lines_by_community(run: Allocation, at: datetime) -> list[dict[str, Any]]:
    """The same by community, for those who see counts down to there; one query."""
    of = {"published": Proposal.Outcome.PUBLISHED, "overtaken": Proposal.Outcome.OVERTAKEN}
    with connection.cursor() as cursor:
        cursor.execute(_BY_COMMUNITY, {"run": run.pk, "at": at, **of})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _counted(lines: Any) -> QuerySet[Proposal, dict[str, Any]]:
    return (
        lines.values("area", "name")
        .annotate(
            heads=Count("pk"),
            published=Count("pk", filter=Q(outcome=Proposal.Outcome.PUBLISHED)),
            overtaken=Count("pk", filter=Q(outcome=Proposal.Outcome.OVERTAKEN)),
            farthest=Max("metres"),
        )
        .order_by("name", "area")
    )


def why_overtaken(run: Allocation) -> list[tuple[str, int]]:
    """Why lines were not published, as it was found then, with how many."""
    overtaken = run.lines.filter(outcome=Proposal.Outcome.OVERTAKEN).values_list("overtaken_by")
    return list(overtaken.annotate(heads=Count("pk")).order_by("-heads", "overtaken_by"))


def published_count(run: Allocation) -> int:
    """How many lines of a run were published."""
    return run.lines.filter(outcome=Proposal.Outcome.PUBLISHED).count()


@dataclass(frozen=True, slots=True)
class WhyShort:
    """What stands behind empty places of a grid, as counts.

    Attributes:
        proposal: id of the latest proposal that is not published and would place people here; None without one.
        proposed: how many it would place here.
        free: confirmed people of the grid's community who are placed nowhere.
        waiting: sign-ups of that community which wait for the desk.
    """

    proposal: int | None
    proposed: int
    free: int
    waiting: int


def why_short(event: Event, grid: Area, at: datetime) -> WhyShort:
    """Why a grid may have empty places; four queries."""
    community = community_of(grid.pk, at)
    open_lines = Proposal.objects.filter(
        grid=grid, allocation__event=event, allocation__state=Allocation.State.PROPOSED, outcome=Proposal.Outcome.OPEN
    )
    latest = open_lines.order_by("-allocation_id").values_list("allocation_id", flat=True).first()
    placed = Placement.objects.filter(not_over(at), event=event).values("person")
    said = SignUp.objects.filter(event=event, community=community) if community else SignUp.objects.none()
    return WhyShort(
        proposal=latest,
        proposed=open_lines.filter(allocation=latest).count() if latest is not None else 0,
        free=said.filter(state=SignUp.State.CONFIRMED).exclude(person__in=placed).count(),
        waiting=said.filter(state=SignUp.State.CLAIMED).count(),
    )
