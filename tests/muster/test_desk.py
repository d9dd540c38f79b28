"""The desk decides about claims: once each, one person once, and nobody who came is dropped."""

from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from django.db import connection

from linli.access.devices import start_device_session
from linli.access.models import DeviceSession
from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.muster import actions, bulk, matching, queries, staffing
from linli.muster.errors import AlreadyDecided, AlreadySignedUp
from linli.muster.models import SignUp
from linli.people.models import REGISTER, SERVICE, Identity, Person, Volunteer
from tests.factories import SYSTEM, add_claim, add_resident, caller_for, tiny_city, user_with_role

WANG, PHONE = "王小明", "13800001234"


@contextmanager
def both_at_once(first, second):
    """Run two functions in two connections that begin together; gives what each raised, or None."""
    raised, start = [None, None], Barrier(2)

    def run(place, wanted):
        try:
            start.wait()
            wanted()
        except Exception as error:  # the test looks at it
            raised[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(0, first)), Thread(target=run, args=(1, second))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    yield raised


@pytest.mark.django_db
def test_the_second_desk_is_told_that_somebody_has_decided():
    city = tiny_city()
    person = add_resident(city, name=WANG, phone=PHONE)
    claim = add_claim(city, name=WANG, phone=PHONE)
    seen_by_both = SignUp.objects.get(pk=claim.pk)
    actions.confirm(claim, person=person, by=SYSTEM, at=now())
    with pytest.raises(AlreadyDecided):
        actions.confirm(seen_by_both, person=None, by=SYSTEM, at=now())
    with pytest.raises(AlreadyDecided):
        actions.decline(seen_by_both, by=SYSTEM, at=now())
    assert not Identity.objects.filter(holder=SERVICE).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_in_the_same_second_one_wins():
    city = tiny_city()
    claim = add_claim(city, name=WANG, phone=PHONE)
    with both_at_once(
        lambda: actions.confirm(SignUp.objects.get(pk=claim.pk), person=None, by=SYSTEM, at=now()),
        lambda: actions.decline(SignUp.objects.get(pk=claim.pk), by=SYSTEM, at=now()),
    ) as raised:
        assert [type(error) for error in raised if error is not None] == [AlreadyDecided]


@pytest.mark.django_db
def test_without_the_guard_the_second_desk_would_overrule_the_first():
    """The twin of the race: what an update that names no state would do."""
    city = tiny_city()
    claim = add_claim(city, name=WANG, phone=PHONE)
    stale = SignUp.objects.get(pk=claim.pk)
    actions.confirm(claim, person=None, by=SYSTEM, at=now())
    stale.state = SignUp.State.DECLINED
    stale.save(update_fields=["state"])
    assert SignUp.objects.get(pk=claim.pk).state == SignUp.State.DECLINED


@pytest.mark.django_db
def test_one_person_has_one_confirmed_sign_up_an_event():
    city = tiny_city()
    person = add_resident(city, name=WANG, phone=PHONE)
    first, second = (add_claim(city, name=WANG, phone=PHONE) for _ in range(2))
    actions.confirm(first, person=person, by=SYSTEM, at=now())
    with pytest.raises(AlreadySignedUp) as told:
        actions.confirm(second, person=person, by=SYSTEM, at=now())
    assert told.value.facts["number"] == first.number
    assert SignUp.objects.get(pk=second.pk).state == SignUp.State.CLAIMED


@pytest.mark.django_db(transaction=True)
def test_two_claims_of_one_newcomer_become_one_person_though_two_desks_confirm_at_once():
    city = tiny_city()
    claims = [add_claim(city, name=WANG, phone=PHONE, community=row) for row in (0, 1)]
    with both_at_once(
        *(lambda claim=claim: actions.confirm(claim, person=None, by=SYSTEM, at=now()) for claim in claims)
    ) as raised:
        assert [type(error) for error in raised if error is not None] == [AlreadySignedUp]
    assert Identity.objects.filter(holder=SERVICE, name=WANG).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_newcomer_would_become_two(monkeypatch):
    """The twin: the look for an earlier record, but no lock between the two desks."""
    city = tiny_city()
    claims = [add_claim(city, name=WANG, phone=PHONE, community=row) for row in (0, 1)]
    looked = Barrier(2)

    def newcomer_unguarded(claim, *, by, at):
        known = Identity.objects.filter(holder=SERVICE, phone_index=bytes(claim.phone_index), name=claim.name).first()
        looked.wait()
        return (
            known.person if known else actions.people.add_person(holder=SERVICE, name=WANG, phone=PHONE, by=by, at=at)
        )

    monkeypatch.setattr(actions, "_newcomer", newcomer_unguarded)
    with both_at_once(
        *(lambda claim=claim: actions.confirm(claim, person=None, by=SYSTEM, at=now()) for claim in claims)
    ) as raised:
        assert raised == [None, None]
    assert Identity.objects.filter(holder=SERVICE, name=WANG).count() == 2


@pytest.mark.django_db
def test_who_matches_nobody_is_kept_counts_and_can_be_placed():
    city = tiny_city()
    claim = add_claim(city, name=WANG, phone=PHONE, door="2栋1单元301", skills=1)
    confirmed = actions.confirm(claim, person=None, lives_at=matching.building_said(claim), by=SYSTEM, at=now())
    assert (confirmed.state, confirmed.matched) == (SignUp.State.CONFIRMED, False)
    volunteer = Volunteer.objects.get(person=confirmed.person)
    assert (volunteer.lives_at_id, volunteer.skills) == (city.buildings[1].pk, 1)
    assert staffing.signed_up_counts(city.event, [city.street.pk], now()) == {city.street.pk: 1}


@pytest.mark.django_db
def test_a_claim_set_aside_stays_and_can_be_seen():
    city = tiny_city()
    claim = add_claim(city, name=WANG, phone=PHONE)
    actions.decline(claim, by=SYSTEM, at=now())
    assert matching.state_counts(city.event, city.communities[0])["declined"] == 1
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_confirming_lets_the_device_that_signed_up_speak_for_the_person():
    city = tiny_city()
    claim = add_claim(city, name=WANG, phone=PHONE)
    session, _ = start_device_session(claim.pk, at=now())
    confirmed = actions.confirm(claim, person=None, by=SYSTEM, at=now())
    assert DeviceSession.objects.get(pk=session.pk).person == confirmed.person_id


@pytest.mark.django_db
def test_skills_added_while_the_desk_looked_are_not_lost():
    city = tiny_city()
    claim = add_claim(city, name=WANG, phone=PHONE)
    seen_by_desk = SignUp.objects.get(pk=claim.pk)
    actions.say_skills(claim, 2, by=SYSTEM, at=now())
    confirmed = actions.confirm(seen_by_desk, person=None, by=SYSTEM, at=now())
    assert Volunteer.objects.get(person=confirmed.person).skills == 2
    with pytest.raises(AlreadyDecided):
        actions.say_skills(confirmed, 4, by=SYSTEM, at=now())


@pytest.mark.django_db
def test_exact_matches_are_confirmed_together_and_only_those():
    city = tiny_city()
    exact = add_resident(city, name=WANG, phone=PHONE)
    add_resident(city, name="李敏", phone="13800000002")
    for name, phone in (("同名", "13800000003"), ("同名", "13800000003")):
        add_resident(city, name=name, phone=phone)
    add_resident(city, name="周一", phone="13800000004", community=1)
    one = add_claim(city, name=WANG, phone=PHONE)
    session, _ = start_device_session(one.pk, at=now())
    left = [
        add_claim(city, name="李敏敏", phone="13800000002"),  # the name differs
        add_claim(city, name="同名", phone="13800000003"),  # two people of the register
        add_claim(city, name="周一", phone="13800000004"),  # registered in another community
        add_claim(city, name="外人", phone="13800000005"),  # unknown
    ]
    community = city.communities[0]
    assert bulk.count_exact_matches(city.event, community, now()) == 1
    assert bulk.confirm_exact_matches(city.event, community, by=SYSTEM, at=now()) == 1
    one.refresh_from_db()
    assert (one.state, one.person_id, one.matched) == ("confirmed", exact.pk, True)
    assert Volunteer.objects.get(person=exact).lives_at.dwelling.building == city.buildings[0]
    assert DeviceSession.objects.get(pk=session.pk).person == exact.pk
    assert {claim.state for claim in SignUp.objects.filter(pk__in=[each.pk for each in left])} == {"claimed"}
    assert bulk.confirm_exact_matches(city.event, community, by=SYSTEM, at=now()) == 0


@pytest.mark.django_db
def test_two_claims_for_one_person_are_left_to_the_desk():
    city = tiny_city()
    add_resident(city, name=WANG, phone=PHONE)
    add_claim(city, name=WANG, phone=PHONE)
    add_claim(city, name=WANG, phone=PHONE)
    assert bulk.count_exact_matches(city.event, city.communities[0], now()) == 0


@pytest.mark.django_db
def test_a_desk_sees_the_sign_ups_of_its_own_community_only():
    city = tiny_city()
    desk = caller_for(user_with_role("community_desk", city.communities[0]))
    mine, other = (add_claim(city, name=WANG, phone=PHONE, community=row) for row in (0, 1))
    assert list(queries.sign_ups_within(desk)) == [mine]
    with pytest.raises(queries.NotFound):
        queries.sign_up_visible_to(desk, other.pk)
    street = caller_for(user_with_role("street", city.street))
    with pytest.raises(queries.NotFound):
        queries.sign_up_visible_to(street, mine.pk)


@pytest.mark.django_db
def test_the_register_is_asked_once_for_a_page_of_claims(django_assert_num_queries):
    city = tiny_city()
    add_resident(city, name=WANG, phone=PHONE)
    claims = [add_claim(city, name=WANG, phone=PHONE) for _ in range(12)]
    with django_assert_num_queries(1):
        assert len(matching.by_phone(claims, now())) == 12


@pytest.mark.django_db
def test_members_are_told_in_totals_of_five_or_not_at_all():
    city = tiny_city()
    for row in range(5):
        add_claim(city, name=WANG, phone=f"1380000100{row}", as_member=True)
    for row in range(4):
        add_claim(city, name=WANG, phone=f"1380000200{row}")
    assert matching.member_total(city.event, city.communities[0]) is None
    add_claim(city, name=WANG, phone="13800003000")
    assert matching.member_total(city.event, city.communities[0]) == 5


@pytest.mark.django_db
def test_the_trail_of_a_decision_holds_ids_only():
    city = tiny_city()
    claim = add_claim(city, name=WANG, phone=PHONE)
    actions.confirm(claim, person=None, by=SYSTEM, at=now())
    kinds = list(TrailEntry.objects.filter(subject=f"sign_up:{claim.pk}").values_list("kind", flat=True))
    assert kinds == ["sign_up.made", "sign_up.confirmed"]
    assert not [entry for entry in TrailEntry.objects.all() if WANG in str(entry.facts) or PHONE in str(entry.facts)]
    assert not Identity.objects.filter(holder=REGISTER).exists()
