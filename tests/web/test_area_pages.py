"""Areas and grids over HTTP: the sentence on top, the map beside the list, who sees how far, what a grid asks for."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.common.clock import now
from linli.common.db import from_on
from linli.muster import actions
from linli.muster.models import Demand
from linli.people.models import Person, Skill
from linli.places import actions as places
from linli.places.models import Area, Level
from linli.web import live
from tests.factories import (
    FOUNDED,
    SYSTEM,
    TinyCity,
    add_claim,
    add_resident,
    ask,
    caller_for,
    place_in,
    sign_in,
    tiny_city,
    user_with_role,
)

pytestmark = pytest.mark.django_db
OUTLINE = {"type": "Polygon", "coordinates": [[[104.0, 30.6], [104.1, 30.6], [104.1, 30.7], [104.0, 30.6]]]}


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


def place(city: TinyCity, number: int, *, grid: int = 0, name: str = "王小明") -> Person:
    """Somebody of the grid's community, confirmed and placed in it from now on for a day."""
    community = grid // 2
    person = add_resident(city, name=name, phone=f"1380000{number:04d}", community=community, door=f"{100 + number}")
    claim = add_claim(city, name=name, phone=f"1380000{number:04d}", community=community)
    desk = caller_for(user_with_role("community_desk", city.communities[community]))
    actions.confirm(claim, person=person, by=desk, at=now())
    at = now()
    place_in(city.event, person, city.grids[grid], from_on(at, at + timedelta(days=1)), metres=120)
    return person


def enter(client: Client, role: str, area: Area) -> None:
    sign_in(client, user_with_role(role, area))


def test_the_sentence_on_top_is_counted_from_the_rows(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=2)
    ask(city, grid=2, want=1)
    place(city, 1, grid=0)
    enter(client, "street", city.street)

    page = client.get(reverse("area", args=[city.street.pk])).content.decode()

    assert "<strong>1</strong> of <strong>2</strong> grids that ask have people" in page
    assert "<strong>2</strong> places are short" in page


def test_the_worst_served_come_first_and_the_list_adds_up_to_the_whole(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=2)
    ask(city, grid=2, want=3)
    place(city, 1, grid=0)
    enter(client, "street", city.street)

    reply = client.get(reverse("area", args=[city.street.pk]))

    shown = reply.context["shown"]
    assert [row.area.name for row in shown.below] == ["白桦社区", "青松社区"]
    assert sum(row.staffing.placed for row in shown.below) == shown.whole.staffing.placed == 1
    assert sum(row.staffing.wanted for row in shown.below) == shown.whole.staffing.wanted == 5
    assert sum(row.stand.signed_up for row in shown.below) == shown.whole.stand.signed_up == 1


def test_one_grids_plenty_hides_no_other_grids_want(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=1, most=5)
    ask(city, grid=1, want=1)
    place(city, 1, grid=0)
    place(city, 2, grid=0)
    enter(client, "street", city.street)
    whole = client.get(reverse("area", args=[city.street.pk])).context["shown"].whole
    assert (whole.staffing.placed, whole.staffing.wanted, whole.staffing.short) == (2, 2, 1)
    assert whole.staffing.share == 0.5


def test_an_area_leads_down_to_its_grids_and_a_grid_opens_its_own_page(client: Client, city: TinyCity) -> None:
    enter(client, "street", city.street)
    page = client.get(reverse("area", args=[city.communities[0].pk])).content.decode()
    assert reverse("grid", args=[city.grids[0].pk]) in page
    assert reverse("area", args=[city.street.pk]) in page
    assert client.get(reverse("area", args=[city.grids[0].pk])).url == reverse("grid", args=[city.grids[0].pk])


def test_the_city_sees_counts_down_to_the_community_and_no_grid(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=2)
    enter(client, "city", city.street)
    reply = client.get(reverse("area", args=[city.communities[0].pk]))
    assert reply.status_code == 200
    assert city.grids[0].name not in reply.content.decode()
    features = client.get(reverse("area_map", args=[city.communities[0].pk])).json()["features"]
    assert features == []
    assert client.get(reverse("grid", args=[city.grids[0].pk])).status_code == 404


def test_another_area_answers_as_if_it_did_not_exist(client: Client, city: TinyCity) -> None:
    enter(client, "community_desk", city.communities[0])
    for name, there in (("area", city.communities[1]), ("area_live", city.street), ("area_map", city.street)):
        assert client.get(reverse(name, args=[there.pk])).status_code == 404
    assert client.get(reverse("grid", args=[city.grids[2].pk])).status_code == 404
    assert client.get(reverse("grid", args=[city.communities[0].pk])).status_code == 404


def test_the_map_has_the_facts_of_the_list_and_an_etag_of_its_bytes(client: Client, city: TinyCity) -> None:
    Area.objects.filter(pk=city.communities[0].pk).update(outline=OUTLINE)
    ask(city, grid=0, want=4)
    place(city, 1, grid=0)
    enter(client, "street", city.street)

    reply = client.get(reverse("area_map", args=[city.street.pk]))

    found = {feature["properties"]["name"]: feature for feature in json.loads(reply.content)["features"]}
    assert found["青松社区"]["geometry"] == OUTLINE
    assert found["青松社区"]["properties"] == {
        "id": city.communities[0].pk,
        "name": "青松社区",
        "url": reverse("area", args=[city.communities[0].pk]),
        "placed": 1,
        "asked": 4,
        "staffing": 0.25,
    }
    assert found["白桦社区"]["geometry"] is None
    assert found["白桦社区"]["properties"]["staffing"] is None
    assert reply.headers["ETag"] == f'"{live.digest(reply.content)}"'
    again = client.get(reverse("area_map", args=[city.street.pk]), headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_live_figures_are_sent_only_where_they_changed(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=2)
    enter(client, "street", city.street)
    url = reverse("area_live", args=[city.street.pk])
    first = client.get(url)
    have = first.content.decode().split("have=")[1].split('"')[0]
    assert client.get(url, {"have": have}).status_code == 204
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304

    place(city, 1, grid=0)
    live.forget_all()
    changed = client.get(url, {"have": have})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_the_number_of_queries_does_not_grow_with_the_areas(client: Client, city: TinyCity) -> None:
    enter(client, "street", city.street)
    url = reverse("area", args=[city.street.pk])
    _queries(client, url)  # the first picture of a process also reads what it then keeps
    few = _queries(client, url)
    for number in range(12):
        added = places.add_area(
            level=Level.COMMUNITY, name=f"新社区{number}", parent=city.street, by=SYSTEM, at=FOUNDED
        )
        places.add_area(level=Level.GRID, name=f"新网格{number}", parent=added, by=SYSTEM, at=FOUNDED)
    assert _queries(client, url) == few


def _queries(client: Client, url: str) -> int:
    """How many queries a page takes that finds no figures counted a moment before."""
    live.forget_all()
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_desk_sees_masked_people_and_the_street_only_their_number(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=2)
    place(city, 1, grid=0, name="王小明")
    url = reverse("grid", args=[city.grids[0].pk])

    enter(client, "community_desk", city.communities[0])
    desk = client.get(url).content.decode()
    assert "王**" in desk
    assert "138****0001" in desk
    assert "王小明" not in desk
    assert "13800000001" not in desk

    enter(client, "street", city.street)
    street = client.get(url).content.decode()
    assert "王**" not in street
    assert "1 person is placed here" in street


def test_a_grid_page_asks_as_often_for_one_person_as_for_ten(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=12)
    enter(client, "community_desk", city.communities[0])
    url = reverse("grid", args=[city.grids[0].pk])
    place(city, 1)
    few = _queries(client, url)
    for number in range(2, 11):
        place(city, number)
    assert _queries(client, url) == few


def test_a_grid_says_why_places_are_empty(client: Client, city: TinyCity) -> None:
    ask(city, grid=0, want=3)
    add_claim(city, name="李敏", phone="13900000001")
    enter(client, "community_desk", city.communities[0])
    page = client.get(reverse("grid", args=[city.grids[0].pk])).content.decode()
    assert "Everybody confirmed in this community is placed." in page
    assert "1 sign-up in this community waits for the desk." in page


def test_a_desk_says_what_its_grid_asks_for(client: Client, city: TinyCity) -> None:
    enter(client, "community_desk", city.communities[0])
    url = reverse("grid", args=[city.grids[0].pk])
    reply = client.post(url, {"want": "5", "most": "", f"skill_{int(Skill.MEDICAL)}": "2"})
    assert reply.status_code == 302
    asked = Demand.objects.get(grid=city.grids[0])
    assert (asked.want, asked.most) == (5, 5)
    assert dict(asked.skills.values_list("skill", "heads")) == {Skill.MEDICAL: 2}


@pytest.mark.parametrize(
    "said",
    [
        {"want": "-1", "most": "3"},
        {"want": "5", "most": "3"},
        {"want": "2", "most": "2", "skill_0": "3"},
        {"want": "many", "most": "3"},
        {"want": "99999999999999999999", "most": ""},
        {},
    ],
)
def test_a_demand_that_makes_no_sense_changes_nothing_and_keeps_what_was_typed(
    client: Client, city: TinyCity, said: dict[str, str]
) -> None:
    ask(city, grid=0, want=1)
    enter(client, "community_desk", city.communities[0])
    reply = client.post(reverse("grid", args=[city.grids[0].pk]), said)
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "Nothing was saved yet" in page
    for value in said.values():
        assert f'value="{value}"' in page or not value
    assert Demand.objects.get(grid=city.grids[0]).want == 1


def test_figures_are_counted_at_most_twice_a_second_and_shared() -> None:
    time, counted = [0.0], []
    shared: live.Shared[int] = live.Shared(clock=lambda: time[0])

    def count() -> int:
        counted.append(time[0])
        return len(counted)

    seen = []
    for tenth in range(11):
        time[0] = tenth / 10
        seen.append(shared.get("datong", count))
    assert counted == [0.0, 0.5, 1.0]
    assert seen == [1] * 5 + [2] * 5 + [3]
    assert shared.get("qingyang", count) == 4


@pytest.mark.parametrize(
    ("language", "shown", "other"), [("en", "Qingsong", "青松社区"), ("zh-hans", "青松社区", "Qingsong")]
)
def test_a_page_calls_an_area_by_the_name_of_its_language(
    client: Client, city: TinyCity, language: str, shown: str, other: str
) -> None:
    community, grid = city.communities[0].pk, city.grids[0].pk
    Area.objects.filter(pk=community).update(name_latin="Qingsong")
    client.cookies["django_language"] = language
    enter(client, "street", city.street)
    below = [reverse("area", args=[city.street.pk]), reverse("area_live", args=[city.street.pk])]
    own = [reverse(name, args=[community]) for name in ("area", "zones", "briefing")]
    public = [
        reverse("choose_community"),
        reverse("choose_community") + "?q=青松",
        reverse("sign_up", args=[community]),
    ]
    for url in (*below, *own, reverse("grid", args=[grid]), *public):
        page = client.get(url).content.decode()
        page = page.partition('<section class="panel"')[0]  # of a briefing: its texts are told in both languages
        page = page.replace("青松”", "").replace('"青松"', "")
        assert shown in page, url
        assert other not in page, url
    names = [
        each["properties"]["name"] for each in client.get(reverse("area_map", args=[city.street.pk])).json()["features"]
    ]
    assert names == [shown, "白桦社区"]  # the other has no Latin name and keeps its own


def test_two_desks_with_one_grids_demand_open_see_each_others_numbers_and_lose_none(
    client: Client, city: TinyCity
) -> None:
    ask(city, grid=0, want=2)
    url = reverse("grid", args=[city.grids[0].pk])
    desk = user_with_role("community_desk", city.communities[0])
    sign_in(client, desk)
    mine = {"want": "7", "most": "9", f"skill_{int(Skill.DRIVER)}": "3", "version": _version(client, url)}

    li = user_with_role("street", city.street, name="李敏")
    actions.ask_for(city.event, city.grids[0], want=5, most=9, skills={Skill.DRIVER: 1}, by=caller_for(li), at=now())
    reply = client.post(url, mine)

    assert reply.status_code == 409
    page = reply.content.decode()
    assert "李敏 changed this now." in page
    lines = reply.context["overtaken"].lines
    assert lines == [("How many people are needed", 5, 7), ("Driving", 1, 3)]
    for value in ("7", "9", "3"):
        assert f'value="{value}"' in page
    assert Demand.objects.get(grid=city.grids[0]).want == 5

    # Sent again with both on the screen, it is meant.
    assert client.post(url, {**mine, "version": _version_in(page)}).status_code == 302
    asked = Demand.objects.get(grid=city.grids[0])
    assert (asked.want, asked.asked_by) == (7, desk.pk)


def test_two_desks_that_both_ask_first_do_not_overwrite_each_other(client: Client, city: TinyCity) -> None:
    url = reverse("grid", args=[city.grids[0].pk])
    enter(client, "community_desk", city.communities[0])
    version = _version(client, url)
    ask(city, grid=0, want=4)
    assert client.post(url, {"want": "1", "version": version}).status_code == 409
    assert Demand.objects.get(grid=city.grids[0]).want == 4


def _version(client: Client, url: str) -> str:
    return _version_in(client.get(url).content.decode())


def _version_in(page: str) -> str:
    return page.split('name="version" value="')[1].partition('"')[0]
