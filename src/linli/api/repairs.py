"""Replacing people who cannot come: who is freed, what would move and why, and what moving fewer would cost.

A repair is a run like others: it is read and published as an allocation.
"""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.allocations import AllocationOut, readable, run_out
from linli.api.shapes import READING, WRITING
from linli.common.clock import now
from linli.common.errors import Invalid, NotFound
from linli.events.queries import active_event
from linli.muster import jobs, stability
from linli.muster.models import Allocation
from linli.muster.movers import Mover, movers_of
from linli.muster.queries import DECIDING, area_visible_to, placements_visible_to, sees_grids
from linli.people.queries import city_is_synthetic
from linli.places.models import Area

router = Router(tags=["muster"])
MOST_GONE, MOST_CHAINS = 1_000, 50
Number = Annotated[int, Field(ge=1, lt=2**63)]


class RepairIn(Schema):
    """Who cannot come, and how far others may be moved for it."""

    gone: list[Number] = Field([], max_length=MOST_GONE, description="placements; each is ended at once")
    empty: bool = Field(False, description="nobody has to go: only fill what stands empty")
    pool: Literal["residents", "units"] | None = Field(
        None,
        description="who comes instead: who signed up, or who arrived from work units; null: from work units where all "
        "who go are, else who signed up",
    )
    mode: Literal["calm", "exact"] = Field(
        "calm", description="at most three people moved for each place, or as few as the best arrangement needs"
    )


class MoverOut(Schema):
    """One person of a chain."""

    sign_up: UUID | None = Field(description="for the desk that runs one of the grids; one at a time says who it is")
    gone_from: int | None = Field(description="the grid they are moved from; null: they are called")
    to: int
    skill: int | None
    metres: int
    estimated: bool
    outcome: str = Field(description="open, published, overtaken")


class ChainOut(Schema):
    """One place filled: whoever takes it first; each fills the place that the one before leaves."""

    chain: int
    grid: int | None = Field(description="where the place is filled")
    gives: int | None = Field(description="the grid that has one fewer then")
    people: list[MoverOut]
    why: list[str] = Field(description="in the language asked for; of places and metres only")


class PriceOut(Schema):
    """What a repair that moves at most so many people for one place would come to."""

    most: int | None = Field(description="null: as many as the best arrangement needs")
    moves: int
    called: int
    short: int = Field(description="places that stay empty")
    costs: int = Field(description="what it loses to the best arrangement, in the metres by which places are weighed")
    words: str = Field(description="the same in the language asked for")
    chosen: bool


class RepairOut(Schema):
    """What a repair would change."""

    allocation: int
    state: str
    mode: str
    moved: int
    called: int
    short: int
    best: bool = Field(description="it loses nothing to the best arrangement")
    prices: list[PriceOut]
    chains: list[ChainOut] = Field(description="empty for whoever sees no grids")
    more: bool = Field(description="whether there are more after these")
    synthetic: bool


@router.post("/areas/{area_id}/repairs", response={200: AllocationOut, **WRITING})
@open_to(*DECIDING, area_from="area_id")
def begin(request: HttpRequest, area_id: int, said: RepairIn) -> dict[str, object]:
    """Free people of an area who cannot come, by the desk that runs their grids, and begin a repair.

    409 allocation_under_way, 422 nobody_placed; 422 invalid: nobody is named, and `empty` is not said.
    """
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    if bool(said.gone) == said.empty:
        raise Invalid(where=["gone", "empty"])
    gone = placements_visible_to(me, event, area, said.gone, at)
    pool = Allocation.Pool(said.pool) if said.pool is not None else None
    return run_out(me, jobs.replace(event, area, gone, mode=Allocation.Mode(said.mode), pool=pool, by=me, at=at))


@router.get("/allocations/{allocation_id}/repair", response={200: RepairOut, **READING})
@open_to(*DECIDING)
def one_repair(
    request: HttpRequest,
    allocation_id: int,
    skip: int = Query(0, ge=0, le=100_000, description="how many chains were read before"),
) -> dict[str, object]:
    """Who would move for whose place, why, and the price of moving fewer; at most 50 chains at once.

    404 for a run that is no repair, or has come to no proposal yet.
    """
    me, at = caller_of(request), now()
    run = readable(me, allocation_id)
    if run.kind != Allocation.Kind.REPAIR:
        raise NotFound
    chains = run.summary["chains"] if sees_grids(me, run.area_id, at) else []
    numbers = range(len(chains))[skip : skip + MOST_CHAINS]
    movers = movers_of(me, run, numbers, at)
    grids = {grid for people in movers.values() for one in people for grid in (one.to, one.gone_from) if grid}
    names = {area.pk: area.called for area in Area.objects.filter(pk__in=grids)}
    return {
        "allocation": run.pk,
        "state": run.state,
        "mode": run.mode,
        "moved": run.summary["moved"],
        "called": run.summary["placed_new"],
        "short": run.summary["short"],
        "best": stability.is_best(run),
        "prices": [_price(each) for each in stability.prices_of(run)],
        "chains": [
            {
                "chain": number,
                "grid": chains[number]["grid"],
                "gives": chains[number]["gives"],
                "people": [_mover(each) for each in movers.get(number, [])],
                "why": stability.why(chains[number], names),
            }
            for number in numbers
        ],
        "more": len(chains) > skip + MOST_CHAINS,
        "synthetic": city_is_synthetic(),
    }


def _price(each: stability.Price) -> dict[str, object]:
    return {
        "most": each.most,
        "moves": each.moves,
        "called": each.called,
        "short": each.short,
        "costs": each.costs,
        "words": each.words,
        "chosen": each.chosen,
    }


def _mover(each: Mover) -> dict[str, object]:
    return {
        "sign_up": each.sign_up,
        "gone_from": each.gone_from,
        "to": each.to,
        "skill": each.skill,
        "metres": each.metres,
        "estimated": each.estimated,
        "outcome": each.outcome,
    }
