"""Worklists over HTTP: a worker's own, counted by kind, one tap to where it is done; and at the desk, masked."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from linli.common.clock import now
from linli.ledger import recording
from linli.ledger.models import Finding
from linli.people.models import Household
from tests.factories import add_resident, begin_sweep, caller_for, note, sign_in, tiny_city, user_with_role
from tests.web.muster.said import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return tiny_city()


@pytest.fixture
def desk(city):
    return user_with_role("community_desk", city.communities[0], name="Li Min")


@pytest.fixture
def worker(client, city):
    client.cookies["django_language"] = "en"
    user = user_with_role("grid_worker", city.micro_grids[0], name="Zhou Jie")
    sign_in(client, user)
    return user


@pytest.fixture
def person(city):
    return add_resident(city, name="王小明", phone="13800001234")


@pytest.fixture
def sweep(city, desk, person):
    return begin_sweep(city.event, city.communities[0], desk)


@pytest.fixture
def door(person):
    return Household.objects.get(stays__person=person).dwelling_id


def find(sweep, door, by, result, back_at=None):
    found = recording.Found(uuid4(), door, result, Finding.How.DOOR, None, back_at=back_at)
    recording.record(sweep, found, by=caller_for(by), at=now())


def test_nothing_to_do_says_what_will_stand_there(client, worker, city):
    text = body(client.get(reverse("worklist")))
    assert "Nothing is left for you" in text
    assert "Your work stands here" in text
    assert "A colleague answers for the rest" not in text


def test_each_thing_says_why_what_and_what_was_tried(client, city, worker, desk, sweep, door):
    note(city, desk, priority="P1", at=now() - timedelta(minutes=40))
    find(sweep, door, worker, Finding.Result.NO_ANSWER)
    text = body(client.get(reverse("worklist")))
    assert "<strong>2</strong> things are left for you, 1 overdue" in text
    for words in ("Overdue", "Urgent · The desk has it", "1 person not reached: 王**", "Tried 1 time, last today"):
        assert words in text
    assert "Something is needed · 青松苑 1栋1单元502" in text
    assert "药只够到明天" not in text
    assert "王小明" not in text


def test_a_later_visit_stands_with_its_time_below_a_door_nobody_was_at(client, city, worker, desk, person, door):
    add_resident(city, name="李小红", phone="", door="302")
    sweep = begin_sweep(city.event, city.communities[0], desk)
    find(sweep, door, worker, Finding.Result.REFUSED, back_at=now() + timedelta(days=2))
    rows = client.get(reverse("worklist")).context["rows"]
    assert [row.why for row in rows] == ["Nobody has been there yet", "Later: they named a time"]
    assert rows[1].what.startswith("Come back ")
    assert "by " + rows[1].what.removeprefix("Come back ") not in body(client.get(reverse("worklist")))


def test_one_kind_is_shown_by_itself_and_an_unknown_one_is_not_there(client, city, worker, desk, sweep, door):
    note(city, desk)
    reply = client.get(reverse("worklist"), {"kind": "door"})
    assert [row.entry.kind for row in reply.context["rows"]] == ["door"]
    assert client.get(reverse("worklist"), {"kind": "x"}).status_code == 404


def test_a_door_is_written_down_from_the_list_and_leads_back_to_it(client, worker, sweep, person, door):
    (row,) = client.get(reverse("worklist")).context["rows"]
    assert row.url == reverse("sweep_door", args=[sweep.pk, door]) + "?from=work"
    shown = client.get(row.url)
    assert shown.context["back"] == reverse("worklist")
    said = {f"p{person.pk}": "here", "how": "door", "result": "answered", "once": shown.context["form"]["once"].value()}
    reply = client.post(row.url, said)
    assert (reply.status_code, reply.url) == (302, reverse("worklist"))
    assert client.get(reverse("worklist")).context["rows"] == []


def test_fifty_stand_on_a_page_and_the_rest_on_the_next(client, city, worker, desk):
    for n in range(52):
        add_resident(city, name="周洁", phone="", door=f"{n // 10 + 1}{n % 10:02}")
    begin_sweep(city.event, city.communities[0], desk)
    rows = [client.get(reverse("worklist"), {"page": page}).context["rows"] for page in (1, 2)]
    assert [len(each) for each in rows] == [50, 2]
    titles = [row.title for row in rows[0] + rows[1]]
    assert (titles[0], titles[-1]) == ("青松苑 1栋1单元100", "青松苑 1栋1单元601")


def test_the_bar_and_the_first_page_lead_to_the_list(client, worker):
    for name in ("home", "worklist"):
        assert f'href="{reverse("worklist")}"' in client.get(reverse(name)).content.decode()


def test_the_desk_sees_who_has_how_much_left_and_each_list_masked(client, city, worker, desk, door):
    add_resident(city, name="李小红", phone="13800001235", building=3)
    begin_sweep(city.event, city.communities[0], desk)
    sign_in(client, desk)
    page = client.get(reverse("worklists", args=[city.communities[0].pk]))
    assert [(each.name, len(each.rows)) for each, _ in page.context["lists"]] == [("Zhou Jie", 1), ("", 1)]
    assert "The community's desk" in body(page)
    theirs = body(client.get(reverse("worklist_of", args=[city.communities[0].pk, worker.pk])))
    assert "Zhou Jie: <strong>1</strong> thing is left" in theirs
    assert "青松苑 1栋1单元**" in theirs
    assert "502" not in theirs.replace(str(door), "")
    nobodys = body(client.get(reverse("worklist_of", args=[city.communities[0].pk, 0])))
    assert "Where no grid worker is, <strong>1</strong> thing is left" in nobodys
    assert client.get(reverse("worklist_of", args=[city.communities[0].pk, 9**9])).status_code == 404
    assert "Nothing is left for you" in body(client.get(reverse("worklist")))


def test_an_area_without_grid_workers_says_what_will_stand_there(client, city, desk):
    client.cookies["django_language"] = "en"
    sign_in(client, desk)
    assert "Grid workers appear here" in body(client.get(reverse("worklists", args=[city.communities[0].pk])))
