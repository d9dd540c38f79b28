"""The ledger's pages: looked for, read, revealed, moved, written down, merged and undone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from linli.common.clock import now
from linli.custody import secrets
from linli.custody.models import TrailEntry
from linli.ledger.models import MoveProposed
from linli.people.models import Household, Identity, Person, SameAs, Stay
from linli.places.models import Building, Estate
from tests.factories import add_resident, begin_sweep, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
PHONE = "13800001234"


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone=PHONE, building=0, door="502")


@pytest.fixture
def desk(city, client):
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    return client


def door_of(person):
    return Stay.objects.filter(person=person).earliest("since").household.dwelling_id


def text(reply):
    return reply.content.decode()


def test_what_is_found_is_masked_and_what_was_typed_stays_out_of_the_address(desk, person):
    Identity.objects.filter(person=person).update(name="诸葛明", name_key="zhu ge ming")
    reply = desk.post(reverse("ledger"), {"q": "1234"})
    assert "诸**" in text(reply)
    assert "诸葛明" not in text(reply)
    assert PHONE not in text(reply)
    assert "1234" not in reply.request["QUERY_STRING"]
    assert 'method="post"' in text(reply)


def test_a_phone_is_shown_for_a_reason_and_that_is_seen_on_the_card(desk, person):
    reveal = reverse("reveal_person", args=[person.pk])
    assert desk.post(reveal, {"field": "phone"}).status_code == 422
    reply = desk.post(reveal, {"field": "phone", "reason": "call"})
    assert PHONE in text(reply)
    assert "王小明" in text(reply)
    assert TrailEntry.objects.get(kind="field.revealed").facts == {"field": "phone", "reason": "call"}
    card = text(desk.get(reverse("person_card", args=[person.pk])))
    assert PHONE not in card
    assert "Phone number" in card or "电话" in card


def test_of_a_child_nothing_is_shown_and_nothing_written(desk, person):
    Identity.objects.filter(person=person).update(born=now().date() - timedelta(days=3000))
    for field in ("phone", "id_tail"):
        reply = desk.post(reverse("reveal_person", args=[person.pk]), {"field": field, "reason": "verify"})
        assert reply.status_code == 422
        assert PHONE not in text(reply)
    assert not TrailEntry.objects.filter(kind="field.revealed").exists()


def test_a_grid_worker_may_show_a_phone_and_no_door(city, client, person):
    sign_in(client, user_with_role("grid_worker", city.micro_grids[0]))
    reveal = reverse("reveal_person", args=[person.pk])
    assert client.post(reveal, {"field": "door", "reason": "deliver"}).status_code == 403
    assert PHONE in text(client.post(reveal, {"field": "phone", "reason": "call"}))


def said(what, **more):
    return {"what": what, "since": "2022-09-02T08:00", "household": "join"} | more


def test_a_move_is_filed_as_of_when_it_happened(city, desk, person):
    other = add_resident(city, name="李四", phone="13800005678", building=1, door="303")
    page = reverse("move_person", args=[person.pk])
    assert desk.post(page, said("door", door="2栋1单元303")).status_code == 302
    stay = Stay.objects.filter(person=person).latest("since")
    assert stay.household.dwelling_id == door_of(other)
    assert stay.since.isoformat() == "2022-09-02T00:00:00+00:00"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (said("door"), "door"),
        (said("door", door="9栋1单元101"), "door"),
        (said("hospital"), "counted_in"),
        (said("away", since="2099-01-01T08:00"), "since"),
        (said("away", since="2022-01-01T08:00"), "since"),
        (said("gone"), "what"),
        ({}, "what"),
    ],
)
def test_what_is_wrong_with_a_move_stands_beside_its_question(desk, person, answers, field):
    reply = desk.post(reverse("move_person", args=[person.pk]), answers)
    assert reply.status_code == 422
    assert field in reply.context["form"].errors
    assert Stay.objects.count() == 1


def test_a_grid_worker_tells_and_the_desk_takes(city, client, person):
    sign_in(client, user_with_role("grid_worker", city.micro_grids[0]))
    page = reverse("move_person", args=[person.pk])
    answers = said("away") | {"once": client.get(page).context["form"].initial["once"]}
    for _ in range(2):  # a double click
        client.post(page, answers)
    assert (MoveProposed.objects.count(), Stay.objects.count()) == (1, 1)
    assert client.get(reverse("moves_proposed")).status_code == 404
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    assert len(client.get(reverse("moves_proposed")).context["rows"]) == 1
    move = MoveProposed.objects.get().pk
    client.post(reverse("take_move", args=[move]))
    assert Person.objects.get(pk=person.pk).counted_in_id is None
    client.post(reverse("set_move_aside", args=[move]))
    assert MoveProposed.objects.get().taken is True


def test_whom_a_newcomer_may_be_is_shown_at_once_merged_and_undone(city, desk, person):
    page = reverse("new_person_behind", args=[door_of(person)])
    answers = {"name": "王小明", "phone": PHONE, "guest": "no", "since": "2022-09-02T08:00", "household": "join"}
    reply = desk.post(page, answers)
    new = Person.objects.latest("pk")
    pair = reverse("pair", args=[person.pk, new.pk])
    assert reply["Location"] == pair
    assert len(desk.get(reverse("pairs")).context["rows"]) == 1
    desk.post(pair, {"do": "one"})
    assert SameAs.objects.get(undone_at__isnull=True).kept_id == person.pk
    assert desk.get(reverse("pairs")).context["rows"] == []
    desk.post(reverse("part_people", args=[new.pk, person.pk]))
    assert not SameAs.objects.filter(undone_at__isnull=True).exists()
    desk.post(pair, {"do": "two"})
    assert desk.get(reverse("pairs")).context["rows"] == []


def test_the_form_of_a_newcomer_sent_twice_is_one_person(desk, person):
    page = reverse("new_person_behind", args=[door_of(person)])
    once = desk.get(page).context["form"]["once"].value()
    answers = {"name": "李四", "guest": "no", "since": "2022-09-02T08:00", "household": "join", "once": once}
    cards = {desk.post(page, answers)["Location"] for _ in range(2)}
    assert cards == {reverse("person_card", args=[Person.objects.latest("pk").pk])}
    assert Person.objects.count() == 2
    another = desk.get(page).context["form"]["once"].value()
    desk.post(page, answers | {"name": "赵五", "once": another})
    assert Person.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"id_no": "110105194912310021"}, "id_no"),
        ({"name": " "}, "name"),
        ({"since": "2099-01-01T08:00"}, "since"),
        ({"born": "2099-01-01"}, "born"),
        ({"needs": ["99"]}, "needs"),
    ],
)
def test_what_is_wrong_with_a_newcomer_stands_beside_its_question(desk, person, wrong, field):
    answers = {"name": "李四", "guest": "no", "since": "2022-09-02T08:00", "household": "join"} | wrong
    reply = desk.post(reverse("new_person_behind", args=[door_of(person)]), answers)
    assert reply.status_code == 422
    assert field in reply.context["form"].errors
    assert (Person.objects.count(), Household.objects.count()) == (1, 1)


def test_needs_and_how_a_door_is_lived_in_are_noted(desk, person):
    desk.post(reverse("change_needs", args=[person.pk]), {"needs": ["4"]})
    assert Identity.objects.get(person=person).needs == 1 << 4
    desk.post(reverse("change_needs", args=[person.pk]), {"needs": ["77"]})
    assert Identity.objects.get(person=person).needs == 1 << 4
    desk.post(reverse("door_lived_in", args=[door_of(person)]), {"state": "rented"})
    assert desk.get(reverse("door_card", args=[door_of(person)])).context["door"].state == "rented"


def test_two_roll_calls_of_one_event_are_told_apart_by_their_areas(city, desk, person):
    for area, role in ((city.street, "street"), (city.communities[0], "community_desk")):
        begin_sweep(city.event, area, user_with_role(role, area))
    card = text(desk.get(reverse("person_card", args=[person.pk])))
    for area in (city.street, city.communities[0]):
        assert f"{city.event.name}, {area.called}: " in card


def moves(desk, person, **said):
    since = localtime(now()).strftime("%Y-%m-%dT%H:%M")
    return desk.post(reverse("move_person", args=[person.pk]), {"what": "hospital", "since": since} | said)


def test_a_hospital_beyond_the_street_is_named_and_several_of_one_name_are_offered(city, desk, person):
    unknown = moves(desk, person, place="没有的医院")
    assert (unknown.status_code, "place" in unknown.context["form"].errors) == (422, True)
    Estate.objects.filter(pk=city.estates[1].pk).update(name="人民医院")
    several = moves(desk, person, place="人民医院")
    assert (several.status_code, "counted_in" in several.context["form"].errors) == (422, True)
    assert f"人民医院 · 白桦社区 {city.micro_grids[4].called}" in text(several)
    assert moves(desk, person, place="人民医院", counted_in=city.micro_grids[5].pk).status_code == 302
    assert Person.objects.get(pk=person.pk).counted_in == city.micro_grids[5]


def test_a_school_that_only_one_place_can_be_is_taken_at_once(city, desk, person):
    Building.objects.filter(pk=city.buildings[7].pk).update(name="第七中学", estate=None)
    assert moves(desk, person, what="school", place="第七中学").status_code == 302
    assert Person.objects.get(pk=person.pk).counted_in == city.micro_grids[7]


def test_a_card_says_that_the_id_number_is_known_elsewhere_and_not_where(city, desk, person):
    add_resident(city, name="王小明", phone=PHONE, community=1, door="303")
    number = "11010519491231002X"
    Identity.objects.update(id_no=secrets.seal(number), id_index=secrets.index(number))
    reply = desk.get(reverse("person_card", args=[person.pk]))
    assert reply.context["elsewhere"] is True
    assert "白桦" not in text(reply)
    assert number not in text(reply)
