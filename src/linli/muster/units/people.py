"""People on units' lists as pages show them: masked, but for the unit that named them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from linli.custody import masks, secrets
from linli.events.models import Event
from linli.muster.models import Call, Deployed, Placement
from linli.muster.queries import not_over
from linli.people.models import SERVICE, Identity


@dataclass(frozen=True, slots=True)
class Someone:
    """A person whom a unit names, as a page shows them.

    Attributes:
        name, phone: masked, but for the unit's own liaison.
        promised: their unit has said that they come.
        grid: where they are placed now or next; empty where they are not.
        cannot_until: a desk has heard that they cannot come before; None where they can.
    """

    id: int
    name: str
    phone: str
    skills: int
    state: str
    promised: bool
    unit: str
    grid: str
    arrived_at: datetime | None
    cannot_until: datetime | None
    at_home_too: bool


def people_of(
    deployed: QuerySet[Deployed], at: datetime, *, masked: bool, first: int = 0, most: int = 5_000
) -> list[Someone]:
    """People on units' lists with their names; three queries for any number of them."""
    rows = list(deployed.select_related("call__organisation").order_by("pk")[first : first + most])
    ids = [row.person_id for row in rows]
    known: dict[int, Identity] = {}
    for named in Identity.objects.filter(person__in=ids).exclude(name=""):
        if named.person_id not in known or named.holder == SERVICE:
            known[named.person_id] = named
    placed = Placement.objects.filter(not_over(at), person__in=ids, grid__isnull=False).select_related("grid")
    grids: dict[int, Placement] = {}
    during = {row.person_id: row.during for row in rows}
    for each in placed.order_by("-during"):
        if each.during.lower < during[each.person_id].upper:
            grids[each.person_id] = each
    return [_someone(row, known.get(row.person_id), grids.get(row.person_id), masked, at) for row in rows]


def _someone(row: Deployed, known: Identity | None, placement: Placement | None, masked: bool, at: datetime) -> Someone:
    name = known.name if known else ""
    phone = secrets.unseal(bytes(known.phone)) if known and known.phone is not None else ""
    return Someone(
        id=row.pk,
        name=masks.mask_name(name) if masked else name,
        phone=masks.mask_phone(phone) if masked else phone,
        skills=row.skills,
        state=row.state,
        promised=row.call.state == Call.State.COMMITTED,
        unit=row.call.organisation.name,
        grid=placement.grid.called if placement is not None and row.state == Deployed.State.ARRIVED else "",
        arrived_at=row.arrived_at,
        cannot_until=row.away_until(at),
        at_home_too=row.home_id is not None,
    )


def service_of(event: Event, person_id: int | None, at: datetime) -> Deployed | None:
    """For which unit somebody serves now, for themselves; None where they do not."""
    rows = Deployed.objects.select_related("call__organisation", "call__reinforcement__area")
    return rows.filter(call__event=event, person=person_id, state=Deployed.State.ARRIVED, during__contains=at).first()


def home_after(service: Deployed) -> Placement | None:
    """Their placement at home that begins again when a service ends."""
    if service.home_id is None:
        return None
    return Placement.objects.select_related("grid").filter(booking=service.home_id).first()
