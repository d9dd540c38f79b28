"""What a unit's liaison answers: whom it sends, that it promises or declines, who comes instead, who has arrived."""

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Router

from linli.access.callers import caller_of
from linli.access.permit import open_to
from linli.api.shapes import READING, WRITING
from linli.api.unit_answers import call_out, call_whole_out, numbered_out, refuse, someone_out
from linli.api.unit_shapes import (
    MOST_LISTED,
    MOST_NAMED,
    ArrivedOut,
    CallOut,
    CallWhole,
    LineIn,
    LinesIn,
    ListedOut,
    NumberedOut,
    OfferIn,
    ReasonIn,
    SomeoneOut,
    TickedIn,
)
from linli.common.clock import now
from linli.common.errors import NotFound
from linli.events.queries import active_event
from linli.muster.models import Call, Deployed
from linli.muster.units import answering, arriving, listing, queries, sheet
from linli.muster.units.errors import LineUnreadable
from linli.people.queries import city_is_synthetic

router = Router(tags=["reinforcement"])


@router.get("/calls", response={200: list[CallOut], **READING})
@open_to(*queries.LIAISON)
def calls(request: HttpRequest) -> list[dict[str, object]]:
    """What the caller's own units are asked for, and what they offer, the newest first, at most 200."""
    found = queries.calls_of_units(caller_of(request)).prefetch_related("skills")
    synthetic = city_is_synthetic()
    return [call_out(each, synthetic) for each in found[:MOST_LISTED]]


@router.get("/calls/{call_id}", response={200: CallWhole, **READING})
@open_to(*queries.LIAISON)
def one_call(request: HttpRequest, call_id: int) -> dict[str, object]:
    """One call: for whom, where to meet, whom to ask for."""
    return call_whole_out(queries.call_of_unit(caller_of(request), call_id))


@router.post("/units/{unit_id}/offers", response={200: CallWhole, **WRITING})
@open_to(*queries.LIAISON)
def offer(request: HttpRequest, unit_id: int, said: OfferIn) -> dict[str, object]:
    """Offer people whom nobody has asked for. 422 bad_reinforcement."""
    me, at = caller_of(request), now()
    unit = queries.own_unit(me, unit_id)
    event = active_event(at, unit.area_id)
    if event is None:
        raise NotFound
    made = answering.offer(event, unit, heads=said.heads, since=said.since, until=said.until, by=me, at=at)
    return call_whole_out(queries.call_of_unit(me, made.pk))


@router.get("/calls/{call_id}/people", response={200: list[NumberedOut], **READING})
@open_to(*queries.LIAISON)
def named(
    request: HttpRequest,
    call_id: int,
    after: int = Query(0, ge=0, lt=2**63, description="the last number of the answer before"),
) -> list[dict[str, object]]:
    """Whom a unit has named for a call, by number, at most 500 at once."""
    rows = _on_list(queries.call_of_unit(caller_of(request), call_id)).filter(pk__gt=after).order_by("pk")
    synthetic = city_is_synthetic()
    return [numbered_out(each, synthetic) for each in rows[:MOST_NAMED]]


@router.get("/calls/{call_id}/people/{deployed_id}", response={200: SomeoneOut, **READING})
@open_to(*queries.LIAISON)
def one_named(request: HttpRequest, call_id: int, deployed_id: int) -> dict[str, object]:
    """Who one of them is. Masked, though the unit named them: a program needs no more to know whom it has before it."""
    rows = _on_list(queries.call_of_unit(caller_of(request), call_id))
    return someone_out(rows.filter(pk=deployed_id), now())


@router.post("/calls/{call_id}/people", response={200: ListedOut, **WRITING})
@open_to(*queries.LIAISON)
def name_people(request: HttpRequest, call_id: int, said: LinesIn) -> dict[str, object]:
    """Name people for a call: all lines or none; sent again, they are there already. 409 unit_answered;
    422 rows_refused: its fact `rows` says which lines make no sense and why; too_many_listed."""
    me, at = caller_of(request), now()
    call = queries.call_of_unit(me, call_id)
    read = sheet.of_lines(said.lines)
    refuse((each.row, each.column, each.problem) for each in read.mend)
    taken = listing.name_people(call, read.named, by=me, at=at)
    return {
        "listed": taken.listed,
        "there": taken.there,
        "twice": taken.twice,
        "elsewhere": [each.row for each in taken.elsewhere],
        "young": [each.row for each in taken.young],
        "synthetic": city_is_synthetic(),
    }


@router.post("/calls/{call_id}/commitment", response={200: CallWhole, **WRITING})
@open_to(*queries.LIAISON)
def commit(request: HttpRequest, call_id: int) -> dict[str, object]:
    """Promise the people who are named, and no more. 409 unit_answered, 422 nobody_listed."""
    me, at = caller_of(request), now()
    answering.commit(queries.call_of_unit(me, call_id), by=me, at=at)
    return call_whole_out(queries.call_of_unit(me, call_id))


@router.post("/calls/{call_id}/refusal", response={200: CallWhole, **WRITING})
@open_to(*queries.LIAISON)
def decline(request: HttpRequest, call_id: int, said: ReasonIn) -> dict[str, object]:
    """Send nobody, and say why. 409 unit_answered, 422 unit_reason_missing."""
    me, at = caller_of(request), now()
    answering.decline(queries.call_of_unit(me, call_id), reason=said.reason, by=me, at=at)
    return call_whole_out(queries.call_of_unit(me, call_id))


@router.post("/deployed/{deployed_id}/swap", response={200: NumberedOut, **WRITING})
@open_to(*queries.LIAISON)
def swap(request: HttpRequest, deployed_id: int, said: LineIn) -> dict[str, object]:
    """Send somebody else, by name and phone, instead of somebody who has not arrived. 409 deployed_over,
    listed_elsewhere, too_young, unit_answered; 422 rows_refused."""
    me, at = caller_of(request), now()
    one = listing.deployed_of_unit(me, deployed_id)
    read = sheet.of_lines([said.line or " "])
    refuse((each.row, each.column, each.problem) for each in read.mend)
    if len(read.named) != 1:
        raise LineUnreadable
    made = listing.swap(one, read.named[0], by=me, at=at)
    return numbered_out(made, city_is_synthetic())


@router.post("/deployed/{deployed_id}/off", response={200: CallWhole, **WRITING})
@open_to(*queries.LIAISON)
def take_off(request: HttpRequest, deployed_id: int) -> dict[str, object]:
    """Take somebody off the list who has not arrived; the promise follows. 409 deployed_over."""
    me, at = caller_of(request), now()
    one = listing.deployed_of_unit(me, deployed_id)
    listing.take_off(one, by=me, at=at)
    return call_whole_out(queries.call_of_unit(me, one.call_id))


@router.post("/calls/{call_id}/arrivals", response={200: ArrivedOut, **WRITING})
@open_to(*queries.LIAISON)
def arrivals(request: HttpRequest, call_id: int, said: TickedIn) -> dict[str, object]:
    """Say which of one's people have arrived. 409 deployed_over: they are not promised."""
    me, at = caller_of(request), now()
    call = queries.call_of_unit(me, call_id)
    those = list(_on_list(call).filter(pk__in=said.deployed).values_list("pk", flat=True))
    left = arriving.arrive(call, those, by=me, at=at)
    return {"done": len(those) - len(left), "left": left, "synthetic": city_is_synthetic()}


def _on_list(call: Call) -> QuerySet[Deployed]:
    return call.people.exclude(state=Deployed.State.OFF)
