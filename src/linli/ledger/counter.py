"""Somebody comes to the counter who is not known yet: written down behind their door, found there, and heard.

Whom they may be is shown before anything is written. Sent twice, the second finds the first, and writes nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.common.ids import uuid7
from linli.custody import secrets
from linli.events.queries import active_event
from linli.ledger import asks, duplicates, recording, scope
from linli.ledger.arriving import Arrival, Newcomer, arrive, name_of
from linli.ledger.asks import Ask
from linli.ledger.deciding import sweeps_at
from linli.ledger.errors import FoundOutsideEvents, MayBeKnown, NotYourDoor
from linli.ledger.likeness import Known
from linli.ledger.models import Finding, Said
from linli.ledger.selfreports import door_told
from linli.ledger.walking import community_of
from linli.people.actions import lock_buildings_of
from linli.people.rules import name_key, phone_digits
from linli.places.models import Dwelling


@dataclass(frozen=True, slots=True)
class Came:
    """What somebody says at the counter.

    Attributes:
        guest: registered elsewhere, here for a while.
    """

    name: str
    dwelling: int
    phone: str = ""
    guest: bool = False
    needs: Sequence[Ask] = field(default_factory=list)


def alike(said: Came, by: Caller, at: datetime) -> list[tuple[int, tuple[str, ...]]]:
    """Whom somebody at the counter may be, and why. Raises NameMissing, BadPhone, NotYourDoor."""
    micro = scope.micro_grids_of([said.dwelling], at).get(said.dwelling)
    if micro is None or not scope.decides_in(by, [micro], at):
        raise NotYourDoor
    name = name_of(said.name)
    index = secrets.index(phone_digits(said.phone)) if said.phone.strip() else None
    building = Dwelling.objects.values_list("building", flat=True).get(pk=said.dwelling)
    one = Known(0, name, name_key(name), phone_index=index, dwelling=said.dwelling, building=building)
    return duplicates.like_said(one, micro, by, at)


@transaction.atomic
def come(said: Came, *, seen: Collection[int], by: Caller, at: datetime) -> Arrival:
    """Write down somebody at the counter: they are known, found in every sweep under way, and what they need is heard.

    Args:
        seen: those whom the page has shown as whom they may be.

    Raises:
        MayBeKnown: they may be somebody whom the page has not shown. FoundOutsideEvents: no event is under way there.
        NameMissing, BadPhone, NotYourDoor, CountedElsewhere, SweepClosed: as ``arriving.arrive`` and ``recording``.
    """
    lock_buildings_of([said.dwelling])  # a double click: the second waits for the first, and sees whom it made
    if {person for person, _ in alike(said, by, at)} - set(seen):
        raise MayBeKnown
    micro = scope.micro_grids_of([said.dwelling], at)[said.dwelling]
    event = active_event(at, micro)
    community = community_of(micro, at) if micro is not None else None
    if event is None or community is None:
        raise FoundOutsideEvents
    who = Newcomer(said.name, at, said.dwelling, guest=said.guest, phone=said.phone)
    arrival = arrive(who, event=event, by=by, at=at)
    here = [(arrival.person.pk, Said.State.HERE)]
    for sweep in sweeps_at(event.pk, said.dwelling, at):
        found = recording.Found(
            uuid7(), said.dwelling, Finding.Result.ANSWERED, Finding.How.COUNTER, at, here, here[0][0]
        )
        recording.record(sweep, found, by=by, at=at)
    door = door_told(Dwelling.objects.select_related("building__estate").get(pk=said.dwelling))
    for ask in said.needs:
        told_by = f"{name_of(said.name)} {said.phone}".strip()
        asks.ask_for(ask, community, door=door, told_by=told_by, key=None, by=by, at=at)
    return arrival
