"""Teams by the API: proposed with what they cost, formed, joined, led, mended, and what zones ask for; nobody named."""

from collections.abc import Callable
from typing import Any

import pytest

from linli.common.clock import now
from linli.events.models import EventArea, Zone
from linli.muster import leaving
from linli.muster.models import Member, SignUp
from linli.people.models import Skill
from tests.api.conftest import program_of
from tests.factories import TinyCity, ask, tiny_city, user_with_role
from tests.muster.teams.test_for_zones import under_a_district
from tests.muster.teams.world import desk_of, formed, placed, zone_over

pytestmark = pytest.mark.django_db
Program = Callable[..., Any]


def world() -> tuple[TinyCity, Program, str]:
    """A city, the program of the first community's desk, and the address of that community."""
    city = tiny_city()
    desk = program_of(user_with_role("community_desk", city.communities[0]))
    return city, desk, f"areas/{city.communities[0].pk}"


def told(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def test_a_team_is_proposed_with_its_cost_and_formed_of_whom_the_program_names() -> None:
    city, desk, here = world()
    ask(city, grid=1, want=1)
    near, far = placed(city, 1), placed(city, 2, grid=1, skills=1 << Skill.DRIVER)
    query = f"place={city.grids[0].pk}&skills={int(Skill.DRIVER)}&skills={int(Skill.COOK)}"
    said = desk("GET", f"{here}/teams/proposal?{query}").json()
    assert [each["placement"] for each in said["members"]] == [near.pk, far.pk]
    assert (said["missing"], said["costs"]) == ([Skill.COOK], 1)
    assert said["cost"] == [{"grid": city.grids[1].pk, "wanted": 1, "left": 0}]
    assert "王" not in str(said)
    wanted = {"kind": "volunteer_team", "placements": [near.pk], "leader": far.pk}
    assert told(desk("POST", f"{here}/teams", wanted)) == (422, "leader_not_chosen")
    team = desk("POST", f"{here}/teams", wanted | {"leader": near.pk, "place": city.grids[0].pk}).json()
    assert (team["people"], team["kind"], team["wrong"]) == (1, "volunteer_team", [])
    assert told(desk("POST", f"{here}/teams", wanted | {"leader": None})) == (409, "in_team_already")
    left = desk("GET", f"{here}/teams/proposal").json()
    assert [each["placement"] for each in left["members"]] == [far.pk]
    for wrong in ("size=0", "size=31", "place=0", "skills=12"):
        assert told(desk("GET", f"{here}/teams/proposal?{wrong}")) == (422, "invalid"), wrong
    assert told(desk("GET", f"areas/{city.grids[0].pk}/teams/proposal")) == (404, "not_found")


def test_people_join_lead_and_leave_and_only_the_desk_reads_who() -> None:
    city, desk, _ = world()
    ask(city, grid=1, want=2)
    one, two, three = placed(city, 1, days_ago=2), placed(city, 2), placed(city, 3, grid=1)
    team = f"teams/{formed(city, [one], place=city.grids[0].place).pk}"
    costs = {each["placement"]: each["cost"] for each in desk("GET", f"{team}/joining").json()}
    assert costs == {two.pk: None, three.pk: {"grid": city.grids[1].pk, "wanted": 2, "left": 0}}
    joined = desk("POST", f"{team}/members", {"placements": [two.pk, three.pk]}).json()
    assert (joined["people"], [each["role"] for each in joined["members"]]) == (3, ["leader", "member", "member"])
    assert told(desk("POST", f"{team}/members", {"placements": [two.pk]})) == (409, "in_team_already")
    assert told(desk("POST", f"{team}/members", {"placements": [2**62]})) == (409, "not_placed_here")
    members = {each.person_id: each.pk for each in Member.objects.all()}
    mate = desk("GET", f"{team}/members/{members[two.person_id]}").json()
    assert mate["name"].endswith("*")
    assert "****" in mate["phone"]
    led = desk("POST", f"{team}/members/{members[two.person_id]}", {"does": "lead"}).json()
    assert sorted(each["role"] for each in led["members"]) == ["leader", "member", "member"]
    left = desk("POST", f"{team}/members/{members[three.person_id]}", {"does": "leave"}).json()
    assert left["people"] == 2
    assert told(desk("POST", f"{team}/members/{members[three.person_id]}", {"does": "lead"})) == (409, "team_changed")
    assert told(desk("GET", f"{team}/members/{members[three.person_id]}")) == (404, "not_found")
    street = program_of(user_with_role("street", city.street))
    seen = street("GET", team).json()
    assert (seen["people"], seen["members"]) == (2, [])
    assert told(street("GET", f"{team}/joining")) == (404, "not_found")
    other = program_of(user_with_role("community_desk", city.communities[1]))
    for path in (team, f"{team}/joining"):
        assert told(other("GET", path)) == (404, "not_found")


def test_a_team_is_mended_as_it_was_read_and_not_otherwise() -> None:
    city, desk, _ = world()
    one, two = placed(city, 1, days_ago=2), placed(city, 2)
    team = f"teams/{formed(city, [one, two]).pk}"
    leaving.withdraw(SignUp.objects.get(person=one.person_id), by=desk_of(city), at=now())
    read = desk("GET", team).json()
    assert read["wrong"][0] == "leader_left"
    assert told(desk("POST", f"{team}/mend", {"leader": 1, "deputy": None})) == (409, "team_changed")
    mended = desk("POST", f"{team}/mend", {"leader": read["next_leader"], "deputy": read["next_deputy"]}).json()
    assert (mended["wrong"], mended["people"]) == ([], 1)
    assert desk("POST", f"{team}/release").json()["released_at"] is not None
    for path, said in (("mend", {"leader": None, "deputy": None}), ("members", {"placements": [two.pk]})):
        assert told(desk("POST", f"{team}/{path}", said)) == (409, "team_released")


def test_a_raised_zone_asks_for_a_team_and_a_lowered_one_lets_it_go() -> None:
    city, desk, here = world()
    near = placed(city, 1)
    zone_over(city, city.grids[0].place, Zone.Risk.HIGH)
    (wanted,) = desk("GET", f"{here}/team-proposals").json()["wanted"]
    assert (wanted["place"], wanted["level"]) == (city.grids[0].pk, Zone.Risk.HIGH)
    members = [each["placement"] for each in wanted["members"]]
    assert members == [near.pk]
    said = {"kind": "rapid_team", "place": wanted["place"], "placements": members}
    team = desk("POST", f"{here}/teams", said).json()["id"]
    assert desk("GET", f"{here}/team-proposals").json()["wanted"] == []
    zone_over(city, city.grids[0].place, Zone.Risk.LOW)
    assert [each["id"] for each in desk("GET", f"{here}/team-proposals").json()["release"]] == [team]
    street = program_of(user_with_role("street", city.street))
    assert [each["id"] for each in street("GET", f"areas/{city.street.pk}/team-proposals").json()["release"]] == [team]


def test_city_command_reads_below_it_where_teams_are_missing() -> None:
    city, _, _ = world()
    top, district = under_a_district(city)
    zone_over(city, city.grids[0].place, Zone.Risk.HIGH)
    EventArea.objects.update(area=top)
    command = program_of(user_with_role("city", top))
    read = command("GET", f"areas/{top.pk}/team-proposals").json()
    assert read["below"] == [{"area": district.pk, "name": "青河区", "wanted": 1}]
    assert (read["wanted"], read["more"], read["release"]) == ([], 0, [])
