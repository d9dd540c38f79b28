"""Whatever liaisons and desks do, in whatever order: promises, names and bookings agree, and nobody is there twice."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError
from linli.duty.models import Booking
from linli.muster.models import Call, CallSkill, Deployed, Placement
from linli.muster.units import answering, arriving, asking, counting, listing
from linli.people.models import Identity
from tests.factories import add_resident, place_in
from tests.muster.units.world import UnitsWorld, people, units_world, wants

pytestmark = pytest.mark.django_db
ACTS = ("name", "swap", "off", "commit", "decline", "arrive", "release", "end")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 1), st.integers(0, 3), st.integers(1, 2)), min_size=4, max_size=14
)


class Undone(Exception):
    """Ends an example and undoes what it did."""


def two_calls(made: UnitsWorld) -> list[Call]:
    """Each unit asked for two people of one request, for a time that has begun."""
    at = now()
    request = wants(made, heads=4, since=at, until=at + timedelta(days=2))
    calls = []
    for unit in made.units:
        call = Call.objects.create(
            event=made.city.event,
            organisation=unit,
            reinforcement=request,
            heads=2,
            during=request.during,
            asked_by=1,
            asked_at=at,
        )
        CallSkill.objects.create(call=call, skill=None, heads=2)
        calls.append(Call.objects.select_related("organisation", "reinforcement").get(pk=call.pk))
    return calls


def do(made: UnitsWorld, calls: list[Call], act: str, which: int, who: int, heads: int) -> None:
    """One act of a liaison or the desk; raises what a face would tell."""
    call, liaison, at = calls[which], made.liaisons[which], now()
    rows = list(call.people.select_related("call__organisation").order_by("pk"))
    one = rows[who % len(rows)] if rows else None
    if act == "name":
        listing.name_people(call, people(heads, first=who), by=liaison, at=at)
    elif act == "commit":
        answering.commit(call, by=liaison, at=at)
    elif act == "decline":
        answering.decline(call, reason="x", by=liaison, at=at)
    elif act == "arrive":
        arriving.arrive(call, [each.pk for each in rows][:heads], by=made.desk, at=at)
    elif act == "release":
        arriving.release(call, [each.pk for each in rows][:heads], by=made.desk, at=at)
    elif act == "end":
        asking.end(call.reinforcement, by=made.desk, at=at)
    elif one is not None and act == "swap":
        listing.swap(one, people(1, first=who + heads)[0], by=liaison, at=at)
    elif one is not None:
        listing.take_off(one, by=liaison, at=at)


def holds(made: UnitsWorld, calls: list[Call]) -> None:
    """What is true whatever was done."""
    for call in calls:
        call.refresh_from_db()
        states = list(call.people.values_list("state", flat=True))
        active = sum(state in ("listed", "arrived") for state in states)
        assert active <= call.heads
        if call.state == "committed":
            assert call.committed == active + states.count("released") > 0
        else:
            assert call.committed == 0 or call.state == "ended"
            assert "arrived" not in states
        if call.state in ("declined", "ended"):
            assert active == 0
    stand = counting.stands([calls[0].reinforcement])[calls[0].reinforcement_id]
    assert stand.arrived == Deployed.objects.filter(state="arrived").count() <= stand.committed
    persons = list(Deployed.objects.filter(state__in=["listed", "arrived"]).values_list("person", flat=True))
    assert len(persons) == len(set(persons))
    booked = Booking.objects.filter(source="units", during__contains=now() + timedelta(hours=1))
    arrived = Deployed.objects.filter(state="arrived").values_list("person", flat=True)
    assert sorted(booked.values_list("person", flat=True)) == sorted(arrived)
    known = list(
        Identity.objects.filter(person__deployments__isnull=False).values_list("name", "phone_index").distinct()
    )
    assert len(known) == len(set(Deployed.objects.values_list("person", flat=True)))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whatever_is_done_in_whatever_order_promises_names_and_bookings_agree(
    steps: list[tuple[str, int, int, int]],
) -> None:
    with suppress(Undone), transaction.atomic():
        made = units_world()
        at = now()
        resident = add_resident(made.city, name=people(1)[0].name, phone=people(1)[0].phone)
        place_in(
            made.city.event, resident, made.city.grids[0], from_on(at - timedelta(hours=1), at + timedelta(days=9))
        )
        calls = two_calls(made)
        for step in steps:
            with suppress(LinliError), transaction.atomic():
                do(made, calls, *step)
            holds(made, calls)
            later = at + timedelta(days=5)
            assert Placement.objects.filter(person=resident, during__contains=later).count() == 1
        raise Undone
