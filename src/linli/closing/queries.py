"""Reading closings: ended events and where each stands, for whoever has a part in destruction."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from linli.closing import rules, work
from linli.closing.models import Certificate, Closing, Erasure, Step
from linli.closing.rules import TAKING_PART, Part
from linli.common.caller import Caller
from linli.common.errors import NotFound
from linli.events.models import Event
from linli.events.packs import pack_of
from linli.events.queries import event_visible_to, events_visible_to


@dataclass(frozen=True, slots=True)
class Stand:
    """One ended event: from when it may be reviewed, and its closing, if that was begun."""

    event: Event
    closing: Closing | None
    reviewable_from: datetime

    @property
    def state(self) -> str:
        """A state of `Closing`; "" before the review was opened."""
        return self.closing.state if self.closing is not None else ""


def ended_events(caller: Caller, at: datetime) -> list[Stand]:
    """Every ended event the caller may see, the newest end first; two queries.

    Raises:
        NotFound: they have no part in destruction.
    """
    _require(caller)
    found = list(_ended(caller, at))
    closings = {each.event_id: each for each in Closing.objects.filter(event__in=found)}
    return [
        Stand(event, closings.get(event.pk), rules.reviewable_from(event.ended_at, pack_of(event)))
        for event in found
        if event.ended_at is not None
    ]


def event_to_close(caller: Caller, event_id: int, at: datetime) -> tuple[Event, Stand | None]:
    """One event, and where its closing stands; nothing where it has not ended.

    Raises:
        NotFound: it does not exist, is active elsewhere only, or the caller has no part in destruction.
    """
    _require(caller)
    event = event_visible_to(caller, event_id, at)
    if event.ended_at is None or event.ended_at > at:
        return event, None
    closing = Closing.objects.filter(event=event).first()
    return event, Stand(event, closing, rules.reviewable_from(event.ended_at, pack_of(event)))


def certificate_visible_to(caller: Caller, event_id: int, number: int, at: datetime) -> Certificate:
    """One certificate.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    _require(caller)
    event = event_visible_to(caller, event_id, at)
    found = Certificate.objects.select_related("closing").filter(closing__event=event, number=number).first()
    if found is None:
        raise NotFound
    return found


def erasures_waiting(caller: Caller) -> QuerySet[Erasure]:
    """Erasures that two people have to decide about, who has waited longest first.

    Raises:
        NotFound: they have no part in destruction.
    """
    return _erasures(caller).filter(done_at__isnull=True, declined_at__isnull=True).order_by("asked_at", "pk")


def erasures_decided(caller: Caller) -> QuerySet[Erasure]:
    """Erasures that were done or declined, the newest first. Raises as `erasures_waiting` does."""
    decided = Q(done_at__isnull=False) | Q(declined_at__isnull=False)
    return _erasures(caller).filter(decided).order_by("-asked_at", "-pk")


def erasure_visible_to(caller: Caller, erasure_id: int) -> Erasure:
    """One erasure.

    Raises:
        NotFound: there is none, or they have no part in destruction.
    """
    found = _erasures(caller).filter(pk=erasure_id).first()
    if found is None:
        raise NotFound
    return found


def _erasures(caller: Caller) -> QuerySet[Erasure]:
    _require(caller)
    return Erasure.objects.select_related("community")


def steps_of(closing: Closing) -> dict[int, Step]:
    """The steps that were begun, by number."""
    return {step.what: step for step in closing.steps.all()}


def stands_still(closing: Closing, at: datetime) -> bool:
    """Whether nobody is at work on a confirmed closing: it waits for the clock, or for somebody to press."""
    return closing.state == Closing.State.CONFIRMED and not work.is_under_way()


def parts_for(caller: Caller, closing: Closing | Erasure) -> list[Part]:
    """Which part the caller may still take; none where they have one."""
    if caller.user in (closing.officer_by, closing.second_by):
        return []
    roles = {grant.role for grant in caller.grants}
    return rules.parts_open(roles, officer=closing.officer_by is not None, second=closing.second_by is not None)


def _ended(caller: Caller, at: datetime) -> QuerySet[Event]:
    return events_visible_to(caller, at).filter(ended_at__lte=at).order_by("-ended_at", "-pk")


def _require(caller: Caller) -> None:
    if not caller.has(*TAKING_PART):
        raise NotFound
