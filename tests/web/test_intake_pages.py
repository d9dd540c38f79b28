"""The page behind a door's code, the queue it fills, the sheets of codes and the counter."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.common.clock import now
from linli.custody.models import TrailEntry
from linli.desk.models import Entry
from linli.ledger import doorcodes
from linli.ledger.models import Finding, SelfReport, SelfReported
from linli.people.models import Household, Identity, Person
from linli.rolls.models import State
from linli.rolls.queries import balance
from linli.web.intake import door as door_page
from tests import pdfs
from tests.factories import add_resident, begin_sweep, caller_for, sign_in, tiny_city, user_with_role

pytestmark = pytest.mark.django_db
NUMBER = "13800001234"


@pytest.fixture
def city():
    found = tiny_city()
    found.communities[0].desk_phone = "02887654321"
    found.communities[0].save()
    return found


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone=NUMBER, building=0, door="502")


@pytest.fixture
def account(city):
    return user_with_role("community_desk", city.communities[0])


@pytest.fixture
def desk(account):
    client = Client()
    sign_in(client, account)
    return client


@pytest.fixture
def code(city, account, person):
    door = Household.objects.get(stays__person=person).dwelling_id
    printed = doorcodes.print_codes(city.event, city.buildings[0], skip=0, most=99, by=caller_for(account), at=now())
    return next(letters for each, letters in printed if each.pk == door)


def text(reply):
    return reply.content.decode()


def once(reply):
    return re.search(r'name="once" value="([^"]+)"', text(reply))[1]


def said(reply, **more):
    return {"once": once(reply), "rows": "3", "name_1": "王小明", "phone": NUMBER} | more


def test_the_notice_and_the_numbers_to_dial_come_before_the_first_field(client, code):
    page = text(client.get(reverse("self_report", args=[code])))
    first = page.index('name="name_1"')
    assert page.index('id="notice"') < page.index('id="dial"') < first
    assert page.index("tel:120", page.index('id="dial"')) < first
    assert "02887654321" in page[:first]
    assert "data-large" in page


def test_it_only_takes_whether_or_not_anybody_is_known(client, city, account, code, person):
    empty = Household.objects.get(stays__person=person).dwelling_id
    page = text(client.get(reverse("self_report", args=[code])))
    reply = client.post(reverse("self_report", args=[code]), said(client.get(reverse("self_report", args=[code]))))
    thanks = text(client.get(reply["Location"]))
    for shown in (page, thanks):
        assert "王" not in shown
        assert NUMBER not in shown
    stays = Person.objects.get(pk=person.pk).stays
    stays.all().delete()
    Identity.objects.all().delete()
    assert not Household.objects.filter(dwelling=empty, stays__isnull=False).exists()
    other = Client()
    again = other.post(reverse("self_report", args=[code]), said(other.get(reverse("self_report", args=[code]))))
    assert (again.status_code, again["Location"]) == (reply.status_code, reply["Location"])
    variable = re.compile(r'csrfmiddlewaretoken" value="[^"]+"|datetime="[^"]+"|\d\d:\d\d|X-CSRFToken[^}]+')
    assert variable.sub("", text(other.get(again["Location"]))) == variable.sub("", thanks)


def test_a_form_sent_twice_is_one_and_a_phone_mends_its_own_alone(client, code):
    address = reverse("self_report", args=[code])
    answers = said(client.get(address))
    for _ in range(2):
        assert client.post(address, answers).status_code == 302
    stranger = Client()
    assert stranger.post(address, said(stranger.get(address), name_1="赵六")).status_code == 302
    assert SelfReport.objects.count() == 2
    again = client.get(address)
    assert "before" not in again.context or again.context["before"] is not None
    assert stranger.get(address).context["before"] != again.context["before"]
    client.post(address, said(again, name_2="李敏", guest_2="on"))
    assert sorted(SelfReported.objects.values_list("name", "guest")) == [
        ("李敏", True),
        ("王小明", False),
        ("赵六", False),
    ]
    assert Client().get(address).context["before"] is None


def test_another_line_keeps_what_was_typed_and_takes_nothing(client, code):
    address = reverse("self_report", args=[code])
    page = text(client.post(address, said(client.get(address), more="1", need=["food"], phone="1")))
    assert 'name="name_4"' in page
    assert 'value="王小明"' in page
    assert re.search(r'value="food"[^>]* checked', page)
    assert not SelfReport.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_1": " "},
        {"name_1": "王\x07"},
        {"phone": "12"},
        {"days": "x"},
        {"on": "2.9."},
        {"need": "gold"},
        {"days": "-1"},
    ],
)
def test_what_makes_no_sense_stands_beside_its_question_and_nothing_is_lost(client, code, wrong):
    address = reverse("self_report", args=[code])
    reply = client.post(address, said(client.get(address), name_2="李敏", **wrong))
    assert reply.status_code == 422
    assert 'value="李敏"' in text(reply)
    assert not SelfReport.objects.exists()


def test_a_need_is_in_the_duty_log_before_anybody_decides(client, desk, city, code):
    address = reverse("self_report", args=[code])
    reply = client.post(address, said(client.get(address), need=["food", "alone"], days="1"))
    assert "asked=1" in reply["Location"]
    assert sorted(Entry.objects.values_list("priority", "holder")) == [("P1", None)] * 3
    log = text(desk.get(reverse("duty_log", args=[city.communities[0].pk]), headers={"Accept-Language": "en"}))
    assert "nobody yet" in log
    entry = Entry.objects.first()
    shown = text(desk.get(reverse("duty_entry", args=[entry.pk]), headers={"Accept-Language": "en"}))
    assert "It came by the code of the door" in shown
    assert desk.post(reverse("take_entry", args=[entry.pk]), {"holder": ""}).status_code == 302
    assert Entry.objects.get(pk=entry.pk).holder is not None


def test_a_code_that_is_gone_is_told_with_the_desks_number(client, city, account, code):
    doorcodes.replace_codes(city.event, city.buildings[0], by=caller_for(account), at=now())
    for how in (client.get, client.post):
        reply = how(reverse("self_report", args=[code]))
        assert reply.status_code == 404
        assert "tel:02887654321" in text(reply)
        assert "tel:120" in text(reply)
    assert client.get(reverse("self_reported", args=[code])).status_code == 404
    assert client.get(reverse("self_report", args=["nothing"])).status_code == 404


def test_one_phone_and_one_door_report_only_so_often(client, code, monkeypatch):
    address = reverse("self_report", args=[code])
    monkeypatch.setattr(door_page, "MOST_FROM_ONE_PHONE", 1)
    answers = said(client.get(address))
    assert client.post(address, answers).status_code == 302
    assert client.post(address, answers).status_code == 422
    assert Client().get(address).status_code == 200
    monkeypatch.setattr(door_page, "MOST_AT_ONE_DOOR", 1)
    other = Client()
    assert other.post(address, said(other.get(address))).status_code == 422


def test_the_queue_decides_and_the_balance_moves(client, desk, city, account, code, person):
    sweep = begin_sweep(city.event, city.communities[0], account)
    address = reverse("self_report", args=[code])
    client.post(address, said(client.get(address), name_2="李敏"))
    queue = text(desk.get(reverse("self_reports")))
    assert "王小明" not in queue
    report = SelfReport.objects.get()
    one = reverse("decide_self_report", args=[report.pk])
    page = desk.get(one)
    assert "李敏" not in text(page)
    rows = {row.n: row.pk for row in report.people.all()}
    assert desk.post(one, {f"who_{rows[1]}": "new"}).status_code == 422
    reply = desk.post(one, {f"who_{rows[1]}": str(person.pk), f"who_{rows[2]}": "new"})
    assert reply["Location"] == reverse("self_reports")
    whole = balance(sweep.persons, city.communities[0].pk, now())
    assert (whole.known, dict(whole.parts)[State.DONE]) == (2, 2)
    assert Finding.objects.get().how == "self"
    assert desk.get(one)["Location"] == reverse("self_reports")
    assert desk.post(one, {}).status_code == 302


def test_names_and_phone_are_shown_for_a_reason_on_record(client, desk, code):
    address = reverse("self_report", args=[code])
    client.post(address, said(client.get(address)))
    reveal = reverse("reveal_self_report", args=[SelfReport.objects.get().pk])
    assert desk.post(reveal, {"field": "phone"}).status_code == 422
    assert desk.post(reveal, {"field": "door", "reason": "deliver"}).status_code == 422
    shown = text(desk.post(reveal, {"field": "phone", "reason": "call"}))
    assert NUMBER in shown
    assert "王小明" in shown
    kept = TrailEntry.objects.filter(kind="field.revealed", subject__startswith="self_report:")
    assert {"field": "phone", "reason": "call"} in [each.facts for each in kept]


def test_the_sheets_hold_an_address_a_code_and_two_sentences_in_both_languages_and_nobody(desk, city, code):
    reply = desk.post(reverse("print_door_codes", args=[city.communities[0].pk, city.buildings[0].pk]), {"part": "1"})
    assert reply["Content-Type"] == "application/pdf"
    paper = re.sub(r"\s", "", pdfs.text(reply.content))
    assert "青松苑1栋1单元502" in paper
    assert code[:5] in paper
    assert "Itshowsnobodywholiveshere" in paper
    assert "扫码不会显示谁住在这里" in paper
    assert "02887654321" in paper
    assert "王" not in paper
    there = reverse("print_door_codes", args=[city.communities[0].pk, city.buildings[0].pk])
    assert desk.post(there, {"part": "2"}).status_code == 404
    other = reverse("print_door_codes", args=[city.communities[0].pk, city.buildings[5].pk])
    assert desk.post(other).status_code == 404


def test_without_an_event_there_is_nothing_to_print(desk, city, person):
    city.event.ended_at = now() - timedelta(seconds=1)
    city.event.save()
    assert desk.get(reverse("door_codes", args=[city.communities[0].pk])).status_code == 200
    there = reverse("print_door_codes", args=[city.communities[0].pk, city.buildings[0].pk])
    assert desk.post(there).status_code == 404


# The counter


def test_a_search_that_finds_nobody_leads_to_one_page_that_writes_down_finds_and_hears(desk, city, account, person):
    sweep = begin_sweep(city.event, city.communities[0], account)
    assert reverse("at_the_counter") in text(desk.post(reverse("ledger"), {"q": "李敏"}))
    begun = text(desk.post(reverse("at_the_counter"), {"begin": "1", "q": "李敏"}))
    assert 'value="李敏"' in begun
    answers = {"door": "1栋1单元502", "name": "李敏", "phone": "13900001111", "need": ["food"]}
    reply = desk.post(reverse("at_the_counter"), answers)
    new = Identity.objects.get(name="李敏")
    assert reply["Location"] == reverse("person_card", args=[new.person_id])
    assert Finding.objects.get().how == "counter"
    assert dict(balance(sweep.persons, city.communities[0].pk, now()).parts)[State.DONE] == 1
    assert Entry.objects.get().received_by == account.pk
    again = desk.post(reverse("at_the_counter"), answers)  # a double click: the second sees whom the first made
    assert again.status_code == 422
    assert Identity.objects.filter(name="李敏").count() == 1


def test_from_a_door_that_was_found_one_press_leads_to_where_its_people_are_written_down(desk, city, account, person):
    door = Household.objects.get(stays__person=person).dwelling_id
    card = reverse("door_card", args=[door])
    assert "/sweeps/" not in text(desk.get(card)).split("<main")[1]
    sweep = begin_sweep(city.event, city.communities[0], account)
    there = reverse("sweep_door", args=[sweep.pk, door])
    assert there in text(desk.get(card))
    assert 'value="counter"' in text(desk.get(there))


def test_whom_they_may_be_is_shown_before_anything_is_written(desk, city, person):
    answers = {"door": "1栋1单元502", "name": "王小明", "phone": NUMBER}
    reply = desk.post(reverse("at_the_counter"), answers)
    assert reply.status_code == 422
    assert reverse("person_card", args=[person.pk]) in text(reply)
    assert Person.objects.count() == 1
    assert desk.post(reverse("at_the_counter"), answers | {"seen": str(person.pk)}).status_code == 302
    assert Person.objects.count() == 2
    assert desk.post(reverse("at_the_counter"), answers | {"seen": str(person.pk)}).status_code == 422


def test_a_door_that_is_none_or_several_is_asked_about(desk, city, person):
    add_resident(city, name="李四", phone="", building=1, door="502")
    page = reverse("at_the_counter")
    assert desk.post(page, {"door": "9栋999", "name": "李敏"}).status_code == 422
    several = desk.post(page, {"door": "502", "name": "李敏"})
    assert several.status_code == 422
    which = re.findall(r'name="which" value="(\d+)"', text(several))
    assert len(which) == 2
    assert desk.post(page, {"door": "502", "name": "李敏", "which": which[0]}).status_code == 302
    for words, field in ((NUMBER, "phone"), ("3-2-502", "door"), ("王 小明", "name")):
        begun = text(desk.post(page, {"begin": "1", "q": words}))
        assert f'value="{words}"' in begun[begun.index(f'name="{field}"') : begun.index(f'name="{field}"') + 120]
