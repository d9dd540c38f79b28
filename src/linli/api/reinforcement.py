"""Asking the level above for people, and taking them in: what the pages of requests do."""

from django.http import HttpRequest
from ninja import Query, Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.api.unit_answers import call_out, numbered_out, request_out, request_whole_out, skills_of, someone_out
from linli.api.unit_shapes import (
    MOST_LISTED,
    MOST_NAMED,
    ArrivedOut,
    CallOut,
    NumberedOut,
    ReleasedOut,
    RequestIn,
    RequestOut,
    RequestWhole,
    Side,
    SomeoneOut,
    TakeIn,
    TickedIn,
)
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster.queries import DECIDING, area_visible_to
from linli.muster.units import answering, asking, counting, queries, ticking
from linli.people.queries import city_is_synthetic

router = Router(tags=["reinforcement"])


@router.get("/areas/{area_id}/reinforcements", response={200: list[RequestOut], **READING})
@open_to(*DECIDING, area_from="area_id")
def requests(
    request: HttpRequest,
    area_id: int,
    side: Side = "own",
) -> list[dict[str, object]]:
    """What an area asks for (`side=own`), or what is asked of it (`side=asked_of`), the newest first, at most 200."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        return []
    seen = queries.requests_seen(me, at).filter(event=event)
    rows = list(seen.filter(**{"area" if side == "own" else "asked_of": area}).order_by("-pk")[:MOST_LISTED])
    stands, synthetic = counting.stands(rows), city_is_synthetic()
    return [request_out(each, stands[each.pk], synthetic) for each in rows]


@router.post("/areas/{area_id}/reinforcements", response={200: RequestWhole, **WRITING})
@open_to(*DECIDING, area_from="area_id")
def ask(request: HttpRequest, area_id: int, said: RequestIn) -> dict[str, object]:
    """Ask the level above an area for people. 403 nobody_above, 422 bad_reinforcement."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        raise NotFound
    wanted = asking.Wanted(**said.model_dump(exclude={"skills"}), skills=skills_of(said.skills))
    return request_whole_out(asking.ask(event, area, wanted, by=me, at=at))


@router.get("/reinforcements/{reinforcement_id}", response={200: RequestWhole, **READING})
@open_to(*DECIDING)
def one_request(request: HttpRequest, reinforcement_id: int) -> dict[str, object]:
    """One request: what it says, how it stands, which units answer."""
    return request_whole_out(queries.request_visible_to(caller_of(request), reinforcement_id, now()))


@router.post("/reinforcements/{reinforcement_id}/end", response={200: RequestWhole, **WRITING})
@open_to(*DECIDING)
def end(request: HttpRequest, reinforcement_id: int) -> dict[str, object]:
    """Ask for nobody more: who was promised still comes, who is here stays. 409 reinforcement_over."""
    me, at = caller_of(request), now()
    asking.end(queries.request_visible_to(me, reinforcement_id, at), by=me, at=at)
    return request_whole_out(queries.request_visible_to(me, reinforcement_id, at))


@router.post("/reinforcements/{reinforcement_id}/upward", response={200: RequestWhole, **WRITING})
@open_to(*DECIDING)
def pass_on(request: HttpRequest, reinforcement_id: int) -> dict[str, object]:
    """Ask the next level for what stays short, by whoever decides over the level that was asked; the new request.

    403 not_yours_to_decide, nobody_above; 409 nothing_short, reinforcement_over.
    """
    me, at = caller_of(request), now()
    return request_whole_out(asking.pass_on(queries.request_visible_to(me, reinforcement_id, at), by=me, at=at))


@router.get("/areas/{area_id}/offers", response={200: list[CallOut], **READING})
@open_to(*DECIDING, area_from="area_id")
def offers(request: HttpRequest, area_id: int) -> list[dict[str, object]]:
    """What an area's own units offer unasked, for whoever decides over these, at most 200."""
    me, at = caller_of(request), now()
    area = area_visible_to(me, area_id, *DECIDING)
    event = active_event(at, area.pk)
    if event is None:
        return []
    found, synthetic = queries.offers_to(me, event, area.pk, at).prefetch_related("skills"), city_is_synthetic()
    return [call_out(each, synthetic) for each in found[:MOST_LISTED]]


@router.post("/reinforcements/{reinforcement_id}/offers", response={200: CallOut, **WRITING})
@open_to(*queries.PLANNING)
def take_offer(request: HttpRequest, reinforcement_id: int, said: TakeIn) -> dict[str, object]:
    """Take what a unit offers for a request of its area; the unit then answers by names.

    409 nothing_short, reinforcement_over, unit_answered; 422 bad_reinforcement: for another time.
    """
    me, at = caller_of(request), now()
    asked = queries.request_visible_to(me, reinforcement_id, at)
    taken = answering.take_offer(queries.offer_for(me, asked, said.offer, at), asked, by=me, at=at)
    return call_out(taken, city_is_synthetic())


@router.get("/reinforcements/{reinforcement_id}/people", response={200: list[NumberedOut], **READING})
@open_to(*DECIDING)
def people_of(
    request: HttpRequest,
    reinforcement_id: int,
    after: int = Query(0, ge=0, lt=2**63, description="the last number of the answer before"),
) -> list[dict[str, object]]:
    """Who is named for a request and for what was asked upward for it, by number, at most 500 at once."""
    me, at = caller_of(request), now()
    here = queries.deployed_here(me, queries.request_visible_to(me, reinforcement_id, at), at)
    synthetic = city_is_synthetic()
    return [numbered_out(each, synthetic) for each in here.filter(pk__gt=after).order_by("pk")[:MOST_NAMED]]


@router.get("/reinforcements/{reinforcement_id}/people/{deployed_id}", response={200: SomeoneOut, **READING})
@open_to(*DECIDING)
def one_of_them(request: HttpRequest, reinforcement_id: int, deployed_id: int) -> dict[str, object]:
    """Who one of them is, masked."""
    me, at = caller_of(request), now()
    here = queries.deployed_here(me, queries.request_visible_to(me, reinforcement_id, at), at)
    return someone_out(here.filter(pk=deployed_id), at)


@router.post("/reinforcements/{reinforcement_id}/arrivals", response={200: ArrivedOut, **WRITING})
@open_to(*DECIDING)
def arrivals(request: HttpRequest, reinforcement_id: int, said: TickedIn) -> dict[str, object]:
    """Take in those who have arrived; who is here already stays so. 409 deployed_over: not promised by their unit.

    They are placed by an allocation of the pool `units`.
    """
    me, at = caller_of(request), now()
    asked = queries.request_visible_to(me, reinforcement_id, at)
    done, left = ticking.arrived(asked, said.deployed, by=me, at=at)
    return {"done": done, "left": left, "synthetic": city_is_synthetic()}


@router.post("/reinforcements/{reinforcement_id}/releases", response={200: ReleasedOut, **WRITING})
@open_to(*DECIDING)
def releases(request: HttpRequest, reinforcement_id: int, said: TickedIn) -> dict[str, object]:
    """Send people home: what they were booked for ends, their place at home begins again."""
    me, at = caller_of(request), now()
    asked = queries.request_visible_to(me, reinforcement_id, at)
    return {"done": ticking.released(asked, said.deployed, by=me, at=at), "synthetic": city_is_synthetic()}
