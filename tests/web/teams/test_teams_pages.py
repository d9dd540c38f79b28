"""Teams over HTTP: proposed, formed and mended by the desk, read without names by a street, and by a member."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from linli.access.callers import DEVICE_COOKIE
from linli.access.devices import start_device_session
from linli.common.clock import now
from linli.events.models import Zone
from linli.muster import leaving
from linli.muster.models import Member, SignUp, Team
from linli.muster.teams import actions
from linli.web.teams import desk as pages
from tests.factories import TinyCity, ask, sign_in, tiny_city, user_with_role
from tests.muster.teams.world import desk_of, formed, placed, standing, zone_over

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    client.cookies["django_language"] = "en"


@pytest.fixture
def city() -> TinyCity:
    return tiny_city()


@pytest.fixture
def desk(client: Client, city: TinyCity) -> Client:
    sign_in(client, user_with_role("community_desk", city.communities[0]))
    return client


@pytest.fixture
def street(client: Client, city: TinyCity) -> Client:
    sign_in(client, user_with_role("street", city.street))
    return client


def body(reply: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", reply.content.decode()).split())  # type: ignore[attr-defined]


def test_a_desk_forms_the_team_that_is_proposed(desk: Client, city: TinyCity) -> None:
    old, new = placed(city, 1, days_ago=3), placed(city, 2)
    page = desk.get(reverse("form_team", args=[city.communities[0].pk]))
    assert "A team of the nearest 2 people" in body(page)
    assert "王**" in body(page)
    assert "王1" not in body(page)
    assert "No grid elsewhere falls below" in body(page)
    html = page.content.decode()
    assert set(re.findall(r'name="member" value="(\d+)"[^>]*checked', html)) == {str(old.pk), str(new.pk)}
    assert re.findall(r'name="leader" value="(\d+)"[^>]*checked', html) == [str(old.pk)]
    said = {"member": [old.pk, new.pk], "leader": new.pk, "deputy": old.pk}
    reply = desk.post(reverse("form_team", args=[city.communities[0].pk]), said)
    team = Team.objects.get()
    assert reply.url == reverse("team", args=[team.pk])
    assert "Rapid-response team 1: 2 people" in body(desk.get(reply.url))
    assert Member.objects.get(role=Member.Role.LEADER).person_id == new.person_id
    assert "1 team, 2 people in it" in body(desk.get(reverse("teams", args=[city.communities[0].pk])))


def test_a_long_list_of_teams_has_pages_and_counts_all_of_them(
    desk: Client, city: TinyCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "ROWS_A_PAGE", 2)
    teams = [formed(city, [placed(city, number)], desk_of(city)) for number in range(3)]
    url = reverse("teams", args=[city.communities[0].pk])
    first, second = desk.get(url), desk.get(url, {"page": 2})
    assert "3 teams, 3 people in them" in body(first)
    assert "3 teams, 3 people in them" in body(second)
    shown = [re.findall(r'href="/teams/(\d+)/"', reply.content.decode()) for reply in (first, second)]
    assert [len(each) for each in shown] == [2, 1]
    assert {int(team) for each in shown for team in each} == {team.pk for team in teams}


def test_what_was_ticked_stays_where_somebody_was_quicker(desk: Client, city: TinyCity) -> None:
    one, two, three = (placed(city, number) for number in range(3))
    formed(city, [one])
    url = reverse("form_team", args=[city.communities[0].pk])
    reply = desk.post(url, {"member": [one.pk, three.pk], "leader": three.pk})
    assert reply.status_code == 409
    assert "1 of those who were ticked are in another team meanwhile" in body(reply)
    html = reply.content.decode()
    assert re.findall(r'name="member" value="(\d+)"[^>]*checked', html) == [str(three.pk)]
    assert str(two.pk) in re.findall(r'name="member" value="(\d+)"', html)
    reply = desk.post(url, {})
    assert (reply.status_code, "Tick first who is in the team." in body(reply)) == (422, True)


def test_nonsense_in_the_address_is_told_and_proposes_nothing(desk: Client, city: TinyCity) -> None:
    placed(city, 1)
    url = reverse("form_team", args=[city.communities[0].pk])
    for query in ({"size": "0"}, {"place": city.communities[1].pk}, {"kind": "army"}, {"skills": "99"}):
        reply = desk.get(url, query)
        assert reply.status_code == 422, query
        assert 'name="member"' not in reply.content.decode()
        assert desk.post(f"{url}?size=0", {"member": "1"}).status_code == 404
    assert desk.get(reverse("form_team", args=[city.grids[0].pk])).status_code == 404


def test_the_page_says_what_taking_people_from_elsewhere_costs(street: Client, city: TinyCity) -> None:
    ask(city, grid=2, want=1)
    placed(city, 1)
    placed(city, 2, grid=2)
    url = reverse("form_team", args=[city.communities[0].pk])
    told = body(street.get(url))
    assert f"{city.grids[2].name} then has 0 of the 1 it asks for." in told
    assert "王**" not in told
    sent = {"member": re.findall(r'name="member" value="(\d+)"', street.get(url).content.decode())}
    assert len(sent["member"]) == 2
    reply = street.post(url, sent)
    told = body(street.get(reply.url))
    assert "2 people" in told
    assert "Names are for the desk of the community." in told
    assert "王**" not in told


def test_a_city_reads_how_many_grids_it_costs_and_not_which(client: Client, city: TinyCity) -> None:
    sign_in(client, user_with_role("city", city.street))
    ask(city, grid=2, want=1)
    placed(city, 1, grid=2)
    told = body(client.get(reverse("form_team", args=[city.communities[0].pk])))
    assert "1 grid elsewhere then has fewer people than it asks for." in told
    assert city.grids[2].name not in told


def test_a_team_whose_leader_left_is_mended_with_one_press(desk: Client, city: TinyCity) -> None:
    people = [placed(city, number, days_ago=9 - number) for number in range(3)]
    team = formed(city, people)
    leaving.release(people[0], by=desk_of(city), at=now())
    assert "1 team needs a look" in body(desk.get(reverse("teams", args=[city.communities[0].pk])))
    page = desk.get(reverse("team", args=[team.pk]))
    assert "Whoever led this team is no longer placed there." in body(page)
    hidden = dict(re.findall(r'name="(leader|deputy)" value="(\d+)"', page.content.decode()))
    reply = desk.post(reverse("change_team", args=[team.pk]), {"what": "mend", **hidden}, follow=True)
    assert "The team is mended: 1 person is out of it." in body(reply)
    assert "no longer placed" not in body(reply)
    reply = desk.post(reverse("change_team", args=[team.pk]), {"what": "mend", **hidden}, follow=True)
    assert "Somebody has changed this team meanwhile." in body(reply)


def test_a_desk_takes_more_people_into_a_team_and_reads_what_it_costs(desk: Client, city: TinyCity) -> None:
    ask(city, grid=1, want=1)
    team = formed(city, [placed(city, 1)], place=city.grids[0].place)
    near, far = placed(city, 2), placed(city, 3, grid=1)
    page = desk.get(reverse("team", args=[team.pk]))
    offered = re.findall(r'id="j-\d+" type="checkbox" name="member" value="(\d+)"', page.content.decode())
    assert offered == [str(near.pk), str(far.pk)], "the nearest first"
    assert f"{city.grids[1].name} then has 0 of the 1 it asks for." in body(page)
    change = reverse("change_team", args=[team.pk])
    said = {"what": "in", "member": [near.pk, far.pk]}
    assert "2 people join the team." in body(desk.post(change, said, follow=True))
    assert {near.person_id, far.person_id} < {each.person for each in standing(team).here}
    assert "are in another team meanwhile" in body(desk.post(change, said, follow=True))
    assert "Tick first who is in the team." in body(desk.post(change, {"what": "in"}, follow=True))
    desk.post(change, {"what": "release"})
    assert "This team was released already." in body(desk.post(change, {"what": "in", "member": near.pk}, follow=True))


def test_a_street_is_offered_nobody_by_name_to_take_in(street: Client, city: TinyCity) -> None:
    team = formed(city, [placed(city, 1)])
    placed(city, 2)
    page = street.get(reverse("team", args=[team.pk])).content.decode()
    assert 'name="member"' not in page
    assert "Release this team" in page


def test_a_desk_appoints_takes_out_and_releases(desk: Client, city: TinyCity) -> None:
    team = formed(city, [placed(city, number, days_ago=9 - number) for number in range(3)])
    change = reverse("change_team", args=[team.pk])
    third = Member.objects.get(team=team, role=Member.Role.MEMBER)
    for what, told in (("lead", "another leader"), ("stand_in", "another deputy"), ("out", "Taken out of the team")):
        member = Member.objects.get(team=team, person=third.person_id, during__contains=now()).pk
        assert told in body(desk.post(change, {"what": what, "member": member}, follow=True))
    assert "2 people are free for another one" in body(desk.post(change, {"what": "release"}, follow=True))
    assert "was released already" in body(desk.post(change, {"what": "release"}, follow=True))
    assert "is released" in body(desk.get(reverse("team", args=[team.pk])))
    for nonsense in ({}, {"what": "out"}, {"what": "sell"}, {"what": "lead", "member": "x"}):
        assert desk.post(change, nonsense).status_code == 404


def test_the_zones_page_proposes_a_team_where_the_risk_rose_and_a_release_where_it_fell(
    desk: Client, city: TinyCity
) -> None:
    place, url = city.estates[0].place, reverse("zones", args=[city.communities[0].pk])
    one = placed(city, 1)
    assert 'id="teams"' not in desk.get(url).content.decode()
    zone_over(city, place, Zone.Risk.HIGH)
    page = desk.get(url)
    assert "1 person is placed near and free" in body(page)
    link = re.findall(r'href="([^"]+new/\?place=\d+)"', page.content.decode())
    assert link == [f"{reverse('form_team', args=[city.communities[0].pk])}?place={place.pk}"]
    assert desk.get(link[0]).status_code == 200
    team = formed(city, [one], place=place)
    assert 'id="teams"' not in desk.get(url).content.decode()
    Zone.objects.all().delete()
    told = desk.get(url).content.decode()
    assert "The risk has fallen since this team was formed" in told
    assert reverse("team", args=[team.pk]) in told


def test_a_member_reads_their_team_and_its_names_on_their_own_phone(client: Client, city: TinyCity) -> None:
    one, two = placed(city, 1, days_ago=2), placed(city, 2)
    claim = SignUp.objects.get(person=two.person_id)
    client.cookies[DEVICE_COOKIE] = start_device_session(claim.pk, at=now())[1]
    mine = reverse("my_team", args=[claim.pk])
    assert client.get(mine).status_code == 404
    assert mine not in client.get(reverse("claim", args=[claim.pk])).content.decode()
    team = formed(city, [one, two])
    assert mine in client.get(reverse("claim", args=[claim.pk])).content.decode()
    told = body(client.get(mine))
    assert "You are in Rapid-response team 1" in told
    assert "王1 Leader" in told
    assert "王2 you Deputy" in told
    assert "138" not in told
    leaving.release(one, by=desk_of(city), at=now())
    told = body(client.get(mine))
    assert "王1" not in told
    assert "Whoever led this team is no longer placed there." in told
    actions.release(team, by=desk_of(city), at=now())
    assert client.get(mine).status_code == 404
    other = SignUp.objects.get(person=one.person_id)
    assert client.get(reverse("my_team", args=[other.pk])).status_code == 404
