"""Telling people where they are placed, and what somebody on a phone may read of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from linli.access.oneself import person_of
from linli.common.caller import NOBODY, Caller
from linli.duty.hours import queries as hours
from linli.duty.models import Service
from linli.events.models import Event
from linli.muster.models import Allocation, Call, Placement, SignUp
from linli.muster.queries import claims_of_device
from linli.notices import actions, queries
from linli.notices.actions import News
from linli.notices.models import Told
from linli.notices.telling import template_of

UNFINISHED, THANKED = "unfinished", "thanked"
PLACED = ("placed", "moved")
"""Codes of the notices that tell somebody where they are placed."""
ABOUT = "grid:"
"""What a notice about a grid says that it is about, before the grid's id."""


def tell_placed(
    run: Allocation, posts: Sequence[tuple[int, int, bool]], during: Any, *, by: Caller, at: datetime
) -> None:
    """Tell whoever a publication has placed, in its transaction.

    Only lines that were published now come here, each with a booking of its own, so that a plan which is published
    again, or a job that goes on where it was killed, tells nobody a second time.

    Args:
        posts: person, grid, and whether they move there from another.
    """
    whom: dict[tuple[str, int], list[int]] = defaultdict(list)
    for person, grid, moves in posts:
        whom["moved" if moves else "placed", grid].append(person)
    news = [
        News(
            code=code,
            about=about(grid),
            key=f"{code}:{run.pk}:{grid}",
            whom=people,
            facts={"grid": grid, "since": during.lower, "until": during.upper, "desk": grid},
        )
        for (code, grid), people in whom.items()
    ]
    actions.tell(run.event, news, by=by, at=at)


def tell_late(placement: Placement, *, by: Caller, at: datetime) -> None:
    """Tell somebody where they are placed who was placed without being told."""
    grid, during = placement.grid_id, placement.during
    facts = {"grid": grid, "since": during.lower, "until": during.upper, "desk": grid}
    key = f"placed:late:{placement.booking_id}"
    news = News(code="placed", about=about(grid), key=key, whom=[placement.person_id], facts=facts)
    actions.tell(placement.event, [news], by=by, at=at)


def tell_freed(event: Event, placements: Collection[Placement], *, by: Caller, at: datetime) -> None:
    """Tell people whose placement somebody else has ended."""
    news = [
        News(
            code="freed",
            about=about(each.grid_id),
            key=f"freed:{each.booking_id}",
            whom=[each.person_id],
            facts={"grid": each.grid_id, "since": at, "desk": each.grid_id},
        )
        for each in placements
    ]
    actions.tell(event, news, by=by, at=at)


def tell_thanked(call: Call, people: Collection[int], *, by: Caller, at: datetime) -> None:
    """Thank people of a work unit who go home, once: they read it on their phone, or get it as a message."""
    area = call.reinforcement.area_id if call.reinforcement is not None else None
    if area is None or template_of(call.event, THANKED) is None:
        return
    news = News(
        code=THANKED,
        about=f"call:{call.pk}",
        key=f"{THANKED}:{call.pk}:{at.isoformat()}",
        whom=people,
        facts={"place": area, "since": at},
    )
    actions.tell(call.event, [news], by=by, at=at)


def tell_unfinished(*, at: datetime) -> int:
    """Tell everybody who is asked when their duty ended, once. Returns how many were told."""
    by_event: dict[int, list[Service]] = defaultdict(list)
    for service in hours.asked_and_open():
        by_event[service.event_id].append(service)
    return sum(_tell_unfinished(services, at) for services in by_event.values())


def _tell_unfinished(services: Sequence[Service], at: datetime) -> int:
    event = services[0].event
    if template_of(event, UNFINISHED) is None:  # a pack may have no such notice; the question stands on the page
        return 0
    news = [
        News(
            code=UNFINISHED,
            about=about(each.place_id),
            key=f"{UNFINISHED}:{each.pk}",
            whom=[each.person_id],
            facts={"grid": each.place_id, "since": each.started_at, "desk": each.place_id},
        )
        for each in services
    ]
    return actions.tell(event, news, by=NOBODY, at=at)


def number_unread(caller: Caller) -> int:
    """How many of these nobody has opened yet."""
    return own_notices(caller).filter(read_at=None).count()


def about(grid_id: int) -> str:
    """What a notice about a grid says that it is about."""
    return f"{ABOUT}{grid_id}"


def own_notices(caller: Caller) -> QuerySet[Told]:
    """What the person of a phone was told, or of an account; and of each further sign-up made on the phone what came of
    that sign-up.

    A sign-up lends nobody the person it was matched to: of them the phone reads this event's notices alone, from when
    they signed up on it.
    """
    also = Q(person=person_of(caller.user)) if caller.user is not None else Q(pk__in=[])
    for claim in claims_of_device(caller):
        if claim.state == SignUp.State.CONFIRMED and claim.person_id not in (None, caller.person):
            also |= Q(person=claim.person_id, notice__event=claim.event_id, told_at__gte=claim.made_at)
    return queries.own(caller, also=also)
