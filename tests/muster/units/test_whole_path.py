"""Asked, planned, called, named, promised, arrived, released: as faces would do it."""

from datetime import timedelta

import pytest
from django.utils import translation

from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import NotFound
from linli.duty.models import Booking
from linli.muster.errors import NotYoursToDecide
from linli.muster.models import Call, Deployed, Placement, Reinforcement
from linli.muster.units import answering, arriving, asking, counting, listing, planning, publishing, queries
from linli.muster.units.errors import (
    BadReinforcement,
    DeployedOver,
    ListedElsewhere,
    NobodyAbove,
    NobodyListed,
    NothingShort,
    NothingToPlan,
    TooManyListed,
    UnitAnswered,
    UnitPlanNotReady,
    UnitPlanUnderWay,
    UnitReasonMissing,
)
from linli.muster.units.sheet import Named
from linli.notices.models import Told
from linli.notices.telling import in_words
from linli.people.models import Identity
from linli.places import actions as places
from linli.places.models import Level
from tests.factories import FOUNDED, SYSTEM, add_resident, caller_for, place_in, user_with_role
from tests.muster.units.world import (
    arrived,
    called,
    committed,
    liaison_for,
    people,
    planned,
    units_world,
    wanted,
    wants,
)

pytestmark = pytest.mark.django_db


def test_a_desk_asks_and_people_arrive_and_go_home() -> None:
    made = units_world()
    request = wants(made, heads=3, skills={1: 2})
    assert counting.stands([request])[request.pk].short == 3

    call, listed = committed(made, request)
    stand = counting.stands([request])[request.pk]
    assert (stand.committed, stand.named, stand.short) == (3, 3, 0)

    arrived(made, call)
    assert counting.stands([request])[request.pk].arrived == 3
    assert Booking.objects.filter(place=made.city.communities[0].pk, source="units").count() == 3

    assert arriving.release(call, [each.pk for each in listed], by=made.desk, at=now()) == 3
    assert set(Deployed.objects.values_list("state", flat=True)) == {"released"}
    assert not Booking.objects.filter(during__endswith__gt=now()).exists()


def test_whoever_goes_home_is_thanked_once() -> None:
    made = units_world()
    call, listed = committed(made, wants(made, heads=3))
    arrived(made, call)
    first, *rest = [each.pk for each in listed]
    assert arriving.release(call, [first], by=made.desk, at=now()) == 1
    assert arriving.release(call, [first, *rest], by=made.desk, at=now()) == 2
    told = list(Told.objects.filter(notice__code="thanked").select_related("notice"))
    assert sorted(each.person_id for each in told) == sorted(each.person_id for each in listed)
    with translation.override("en"):
        words = in_words([told[0].notice])[told[0].notice_id]
    assert words.text.startswith(f"Your service in {made.city.communities[0].called} ended at ")


def test_a_plan_is_proved_and_splits_what_one_unit_cannot_send() -> None:
    made = units_world()
    request = wants(made, heads=8, skills={1: 4})

    plan = planned(made)

    assert plan.summary["wrong"] == []
    assert plan.summary["people"] == 8
    assert plan.summary["units"] == 2
    assert plan.bound <= plan.objective
    assert plan.summary["short_skills"] == {}
    assert publishing.publish(plan, by=made.command, at=now()) == {"asked": 8, "overtaken": 0}
    assert sum(Call.objects.filter(reinforcement=request).values_list("heads", flat=True)) == 8
    again = planning.begin(made.city.event, made.city.street, by=made.command, at=now())
    with pytest.raises(NothingToPlan):
        planning.work_out(again)


def test_people_with_the_skill_are_sent_where_one_unit_alone_could_send_others_too() -> None:
    made = units_world()
    answering.say_free(made.city.event, made.units[0], {None: 9, 0: 2, 1: 3}, by=made.liaisons[0], at=now())
    answering.say_free(made.city.event, made.units[1], {}, by=made.liaisons[1], at=now())
    wants(made, heads=4, skills={1: 2})
    plan = planned(made)
    assert sorted(plan.lines.filter(skill=1).values_list("heads", flat=True)) == [2]
    assert plan.objective == plan.bound


def test_a_proposal_is_published_once_and_one_that_was_overtaken_asks_nobody() -> None:
    made = units_world()
    wants(made, heads=5)
    first = planned(made)
    second = planned(made)
    publishing.publish(first, by=made.command, at=now())
    assert publishing.publish(second, by=made.command, at=now()) == {"asked": 0, "overtaken": 5}
    with pytest.raises(UnitPlanNotReady):
        publishing.publish(first, by=made.command, at=now())


def test_people_free_of_no_named_skill_are_counted_as_used_where_others_stood_in() -> None:
    made = units_world()
    wants(made, heads=10)  # nobody asks for drivers, so drivers go as anybody
    publishing.publish(planned(made), by=made.command, at=now())
    units = [unit.pk for unit in made.units]
    assert sum(sum(each.values()) for each in counting.free_of(made.city.event, units, now()).values()) == 0


def test_one_run_at_a_time_and_one_that_died_makes_room() -> None:
    made = units_world()
    wants(made)
    at = now()
    planning.begin(made.city.event, made.city.street, by=made.command, at=at)
    with pytest.raises(UnitPlanUnderWay):
        planning.begin(made.city.event, made.city.street, by=made.command, at=at)
    planning.begin(made.city.event, made.city.street, by=made.command, at=at + timedelta(minutes=3))


def test_what_stays_short_goes_upward_once_and_is_linked() -> None:
    made = units_world()
    at = now()
    desk, street = made.city.communities[0], made.city.street
    grid = made.city.grids[0]
    with pytest.raises(NobodyAbove):
        asking.ask(made.city.event, street, wanted(at), by=made.command, at=at)
    low = asking.ask(made.city.event, grid, wanted(at, heads=4, skills={1: 1}), by=made.desk, at=at)
    assert low.asked_of_id == desk.pk

    up = asking.pass_on(low, by=made.desk, at=now())

    assert (up.area_id, up.asked_of_id, up.came_from_id, up.heads) == (grid.pk, street.pk, low.pk, 4)
    assert list(up.skills.values_list("skill", "heads")) == [(1, 1)]
    assert counting.stands([low])[low.pk].passed_on == 4
    with pytest.raises(NothingShort):
        asking.pass_on(low, by=made.desk, at=now())
    with pytest.raises(NobodyAbove):
        asking.pass_on(up, by=made.command, at=now())
    asking.end(low, by=made.desk, at=now())
    assert not Reinforcement.objects.filter(ended_at__isnull=True).exists()


def test_a_request_that_makes_no_sense_is_refused_with_the_place() -> None:
    made = units_world()
    at = now()
    for field, said in {
        "heads": {"heads": 0},
        "skills": {"heads": 2, "skills": {1: 3}},
        "until": {"until": at},
        "answer_by": {"answer_by": at},
        "phone": {"receiver_phone": "1"},
        "text": {"meet": " "},
    }.items():
        with pytest.raises(BadReinforcement) as refused:
            asking.ask(made.city.event, made.city.communities[0], wanted(at, **said), by=made.desk, at=at)
        assert refused.value.facts["field"] == field
        assert refused.value.told()
    other = caller_for(user_with_role("community_desk", made.city.communities[1]))
    with pytest.raises(NotYoursToDecide):
        asking.ask(made.city.event, made.city.communities[0], wanted(at), by=other, at=at)


def test_a_unit_promises_whom_it_names_and_no_more_than_it_is_asked() -> None:
    made = units_world()
    request = wants(made, heads=3)
    call = called(made, request)
    liaison = liaison_for(made, call)
    with pytest.raises(NobodyListed):
        answering.commit(call, by=liaison, at=now())
    with pytest.raises(TooManyListed):
        listing.name_people(call, people(4), by=liaison, at=now())
    assert not Deployed.objects.exists()
    listing.name_people(call, people(2), by=liaison, at=now())
    answering.commit(call, by=liaison, at=now())
    call.refresh_from_db()
    assert (call.state, call.committed) == ("committed", 2)
    assert counting.stands([request])[request.pk].short == 1
    with pytest.raises(UnitAnswered):
        answering.decline(call, reason="x", by=liaison, at=now())


def test_a_unit_declines_with_a_reason_and_its_people_are_free() -> None:
    made = units_world()
    request = wants(made, heads=3)
    call = called(made, request)
    liaison = liaison_for(made, call)
    listing.name_people(call, people(3), by=liaison, at=now())
    with pytest.raises(UnitReasonMissing):
        answering.decline(call, reason=" ", by=liaison, at=now())
    answering.decline(call, reason="都在值班", by=liaison, at=now())
    assert counting.stands([request])[request.pk].short == 3
    assert set(Deployed.objects.values_list("state", flat=True)) == {"off"}


def test_nobody_else_speaks_for_a_unit() -> None:
    made = units_world()
    request = wants(made, heads=3)
    call = called(made, request)
    stranger = made.liaisons[1 - [unit.pk for unit in made.units].index(call.organisation_id)]
    for who in (stranger, made.desk, made.command):
        with pytest.raises(NotFound):
            answering.commit(call, by=who, at=now())
        with pytest.raises(NotFound):
            listing.name_people(call, people(1), by=who, at=now())
    with pytest.raises(NotFound):
        arriving.arrive(call, [], by=stranger, at=now())


def test_somebody_is_swapped_by_name_until_they_arrive() -> None:
    made = units_world()
    call, listed = committed(made, wants(made, heads=3))
    liaison = liaison_for(made, call)
    with pytest.raises(ListedElsewhere):
        listing.swap(listed[0], people(3)[1], by=liaison, at=now())
    new = listing.swap(listed[0], Named(1, "何替换", "13700000001"), by=liaison, at=now())
    assert new.instead_of_id == listed[0].pk
    call.refresh_from_db()
    assert call.committed == call.people.filter(state="listed").count() == 3
    arrived(made, call)
    with pytest.raises(DeployedOver):
        listing.swap(new, Named(1, "何再换", "13700000002"), by=liaison, at=now())
    with pytest.raises(DeployedOver):
        listing.take_off(new, by=liaison, at=now())


def test_whoever_is_taken_off_is_promised_no_more() -> None:
    made = units_world()
    request = wants(made, heads=2)
    call, listed = committed(made, request, 2)
    for left in (1, 0):
        listing.take_off(listed[left], by=liaison_for(made, call), at=now())
        call.refresh_from_db()
        assert call.committed == left
    assert call.state == "ended"
    assert counting.stands([request])[request.pk].short == 2


def test_a_person_whom_two_units_name_is_left_out_of_the_second_list_and_told() -> None:
    made = units_world()
    request = wants(made, heads=8)
    publishing.publish(planned(made), by=made.command, at=now())
    one, two = Call.objects.filter(reinforcement=request).order_by("organisation")
    listing.name_people(one, people(2), by=made.liaisons[0], at=now())
    taken = listing.name_people(two, [*people(3), *people(1)], by=made.liaisons[1], at=now())
    assert (taken.listed, taken.twice, [each.name for each in taken.elsewhere]) == (
        1,
        1,
        [each.name for each in people(2)],
    )


def test_units_offer_people_unasked_and_the_level_takes_them_for_a_request() -> None:
    made = units_world()
    at = now()
    request = wants(made, heads=2)
    liaison = made.liaisons[0]
    offered = answering.offer(
        made.city.event, made.units[0], heads=3, since=at, until=at + timedelta(days=9), by=liaison, at=at
    )
    listing.name_people(offered, people(3), by=liaison, at=now())
    assert list(queries.offers_to(made.command, made.city.event, made.city.street.pk, at)) == [offered]
    assert not queries.offers_to(made.desk, made.city.event, made.city.street.pk, at)
    with pytest.raises(NotYoursToDecide):
        answering.take_offer(offered, request, by=made.desk, at=now())
    taken = answering.take_offer(offered, request, by=made.command, at=now())
    assert (taken.heads, taken.state, taken.during) == (2, "asked", request.during)
    assert taken.people.filter(state="listed").count() == 2
    answering.commit(taken, by=liaison, at=now())
    assert counting.stands([request])[request.pk].committed == 2


def test_who_is_placed_at_home_leaves_for_the_service_and_has_the_place_again() -> None:
    made = units_world()
    at = now()
    resident = add_resident(made.city, name=people(1)[0].name, phone=people(1)[0].phone)
    grid = made.city.grids[0]
    place_in(made.city.event, resident, grid, from_on(at, at + timedelta(days=9)))
    call, [one] = committed(made, wants(made, heads=1), 1)
    assert one.person_id == resident.pk
    assert not Identity.objects.filter(name=people(1)[0].name).exclude(person=resident).exists()

    came = at + timedelta(days=1)
    arrived(made, call, at=came)

    ends = call.during.upper
    periods = [(each.during.lower, each.during.upper) for each in Placement.objects.order_by("during")]
    assert periods == [(at, came), (ends, at + timedelta(days=9))]
    home_again = at + timedelta(days=2)
    arriving.release(call, [one.pk], by=made.desk, at=home_again)
    periods = [(each.during.lower, each.during.upper) for each in Placement.objects.order_by("during")]
    assert periods == [(at, came), (home_again, at + timedelta(days=9))]


def test_whoever_is_booked_elsewhere_is_left_on_the_list_and_named() -> None:
    made = units_world()
    call, listed = committed(made, wants(made, heads=2), 2)
    at = now()
    Booking.objects.create(
        person_id=listed[0].person_id,
        kind=Booking.Kind.BELONGS,
        during=from_on(at, None),
        event=made.city.event,
        place=made.city.grids[0].place,
        source="other",
        booked_at=at,
    )
    assert arriving.arrive(call, [each.pk for each in listed], by=made.desk, at=now()) == [listed[0].pk]
    assert list(call.people.order_by("pk").values_list("state", flat=True)) == ["listed", "arrived"]


def test_county_units_are_the_district_s_and_city_units_the_city_s() -> None:
    city = places.add_area(level=Level.CITY, name="城", parent=None, by=SYSTEM, at=FOUNDED)
    district = places.add_area(level=Level.DISTRICT, name="区", parent=city, by=SYSTEM, at=FOUNDED)
    places.add_area(level=Level.STREET, name="街", parent=district, by=SYSTEM, at=FOUNDED)
    command = caller_for(user_with_role("city", city))
    of_district = caller_for(user_with_role("district", district))
    assert queries.plans_units(command, city.pk, now())
    assert not queries.plans_units(command, district.pk, now())
    assert queries.plans_units(of_district, district.pk, now())
    assert not queries.plans_units(of_district, city.pk, now())
