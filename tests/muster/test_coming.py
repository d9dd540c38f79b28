"""Who may come in under a number, and what that opens."""

from datetime import timedelta

import pytest

from linli.access import codes
from linli.access.errors import CodeSpent
from linli.access.models import DeviceSession, MailAddress
from linli.common.caller import NOBODY, Caller
from linli.common.clock import now
from linli.custody import secrets
from linli.custody.models import TrailEntry
from linli.muster import actions, coming
from linli.people import actions as people
from linli.people.models import Household, Stay
from linli.people.queries import people_under
from tests.factories import FOUNDED, SYSTEM, add_claim, add_resident, tiny_city

pytestmark = pytest.mark.django_db
NUMBER = "13800001234"


@pytest.fixture
def city():
    return tiny_city()


def lives_with(person, city, *, name, phone=""):
    """Somebody else of the same household."""
    mate = people.add_person(holder=-1, name=name, phone=phone, by=SYSTEM, at=FOUNDED)
    home = Stay.objects.get(person=person)
    people.move(mate, counted_in=home.counted_in, household=home.household, since=FOUNDED, by=SYSTEM, at=FOUNDED)
    return mate


def proved(number=NUMBER, to_index=None):
    row, secret = codes.begin(
        way="sms", to=number, to_index=to_index or secrets.index(number), language="en", by=NOBODY, at=now()
    )
    return codes.prove(secret, codes.code_of(row), at=now())


def offered(**more):
    return {(each.name, each.theirs) for each in coming.choices_under(proved(**more))}


def test_a_number_may_belong_to_several_people(city):
    add_resident(city, name="王小明", phone=NUMBER)
    add_resident(city, name="赵兰", phone=NUMBER, building=2)
    add_resident(city, name="钱二", phone="13800009999")
    assert offered() == {("王小明", True), ("赵兰", True)}


def test_of_the_family_those_without_a_number_of_their_own_can_be_acted_for(city):
    mother = add_resident(city, name="王小明", phone=NUMBER)
    lives_with(mother, city, name="王奶奶")
    lives_with(mother, city, name="王大伯", phone="13800007777")
    add_resident(city, name="邻居", phone="", door="503")
    assert offered() == {("王小明", True), ("王奶奶", False)}


def test_people_of_one_dormitory_are_no_family(city):
    one = add_resident(city, name="王小明", phone=NUMBER)
    lives_with(one, city, name="室友")
    Household.objects.update(kind=Household.Kind.COLLECTIVE)
    assert offered() == {("王小明", True)}


def test_who_has_moved_out_or_died_is_not_offered_under_a_number_given_out_again(city):
    gone = add_resident(city, name="王小明", phone=NUMBER)
    people.move(gone, kind=Stay.Kind.GONE, counted_in=None, since=FOUNDED + timedelta(days=1), by=SYSTEM, at=now())
    assert offered() == set()


def test_a_sign_up_with_the_number_counts_before_and_after_the_desk_has_decided(city):
    claim = add_claim(city, name="报到人", phone=NUMBER)
    (waiting,) = coming.choices_under(proved())
    assert (waiting.person, waiting.claims, waiting.name) == (None, (claim.pk,), "报到人")
    actions.confirm(claim, person=None, by=Caller(user=1), at=now())
    claim.refresh_from_db()
    (known,) = coming.choices_under(proved())
    assert (known.person, known.claims, known.theirs) == (claim.person_id, (claim.pk,), True)


def test_a_confirmed_sign_up_lends_its_number_to_the_person_and_not_to_their_family(city):
    person = add_resident(city, name="王小明", phone="13800007777")
    lives_with(person, city, name="王奶奶")
    actions.confirm(add_claim(city, name="王小明", phone=NUMBER), person=person, by=Caller(user=1), at=now())
    assert offered() == {("王小明", True)}


def test_a_sign_up_that_is_over_opens_nothing(city):
    actions.decline(add_claim(city, name="一", phone=NUMBER), by=Caller(user=1), at=now())
    add_claim(city, name="二", phone=NUMBER)
    city.event.ended_at = now()
    city.event.save()
    assert offered() == set()


def test_a_proved_address_is_its_persons_alone(city):
    person = add_resident(city, name="王小明", phone=NUMBER)
    lives_with(person, city, name="王奶奶")
    index = secrets.index("mail:wang@example.org")
    MailAddress.objects.create(person=person.pk, address=b"x", address_index=index, proved_at=now())
    assert offered(to_index=index) == {("王小明", True)}


@pytest.mark.parametrize("people_there", [0, 1, 4])
def test_who_may_come_in_takes_as_many_queries_however_many_there_are(city, django_assert_num_queries, people_there):
    for row in range(people_there):
        add_resident(city, name=f"王{row}", phone=NUMBER, building=row)
        add_claim(city, name=f"赵{row}", phone=NUMBER)
    asked = proved()
    with django_assert_num_queries(3 if not people_there else 4):
        coming.choices_under(asked)


def test_nobody_is_offered_under_no_number(city):
    add_resident(city, name="王小明", phone="")
    assert people_under(secrets.index("")) == []


# Choosing.


def come_in(asked, choice, *, for_another=False, by=NOBODY):
    return coming.come_in(asked, choice, for_another=for_another, kind="android", by=by, at=now())[0]


def test_a_person_comes_in_to_all_their_sign_ups(city):
    person = add_resident(city, name="王小明", phone=NUMBER)
    claim = actions.confirm(add_claim(city, name="王小明", phone=NUMBER), person=person, by=Caller(user=1), at=now())
    asked = proved()
    (choice,) = coming.choices_under(asked)
    session = come_in(asked, choice)
    assert (session.person, session.claim, session.way, session.for_another) == (person.pk, claim.pk, "code", False)
    with pytest.raises(CodeSpent):
        come_in(asked, choice)
    assert DeviceSession.objects.count() == 1


def test_who_acts_for_another_is_written_down_as_that(city):
    mother = add_resident(city, name="王小明", phone=NUMBER)
    grandmother = lives_with(mother, city, name="王奶奶")
    asked = proved()
    choices = coming.choices_under(asked)
    assert coming.chosen(choices, f"p{grandmother.pk}", for_another=False) is None
    choice = coming.chosen(choices, f"p{grandmother.pk}", for_another=True)
    session = come_in(asked, choice, for_another=True)
    assert session.for_another
    entry = TrailEntry.objects.get(kind="device.bound")
    assert (entry.subject, entry.device, entry.facts["for_another"]) == (f"person:{grandmother.pk}", session.pk, True)


@pytest.mark.parametrize("key", ["", "p", "p0", "c", "p9999999999999999999999", "x"])
def test_only_what_was_offered_can_be_chosen(city, key):
    add_resident(city, name="王小明", phone=NUMBER)
    add_claim(city, name="报到人", phone=NUMBER)
    choices = coming.choices_under(proved())
    assert coming.chosen(choices, key, for_another=True) is None
    claim = next(each for each in choices if each.person is None)
    assert coming.chosen(choices, claim.key, for_another=True) is None


def test_a_phone_bound_while_the_desk_decides_speaks_for_the_person_too(city):
    claim = add_claim(city, name="报到人", phone=NUMBER)
    asked = proved()
    (choice,) = coming.choices_under(asked)
    actions.confirm(claim, person=None, by=Caller(user=1), at=now())
    claim.refresh_from_db()
    assert come_in(asked, choice).person == claim.person_id


def test_a_paper_for_a_sign_up_speaks_for_the_person_whom_the_desk_finds_behind_it(city):
    claim = add_claim(city, name="报到人", phone=NUMBER)
    paper, _ = codes.print_paper(person=None, claim=claim.pk, area=claim.community_id, by=Caller(user=1), at=now())
    session, _ = coming.come_in_by_paper(paper, kind="", by=NOBODY, at=now())
    assert (session.claim, session.person, session.way) == (claim.pk, None, "paper")
    actions.confirm(claim, person=None, by=Caller(user=1), at=now())
    session.refresh_from_db()
    claim.refresh_from_db()
    assert session.person == claim.person_id
