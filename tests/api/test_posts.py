"""Posts, training, insurance and responsibility by the API: given by number, refused with the reason, nobody named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from linli.common.clock import now
from linli.muster.models import Holding, NamedPost, Placement, Responsibility
from linli.muster.teams import actions
from tests.api.conftest import program_of
from tests.factories import TinyCity, add_resident, tiny_city, user_with_role
from tests.muster.teams.test_teams import desk_of, formed, placed

pytestmark = pytest.mark.django_db
Program = Callable[..., Any]


def world() -> tuple[TinyCity, Program, str]:
    """A city, the program of the first community's desk, and the address of that community."""
    city = tiny_city()
    desk = program_of(user_with_role("community_desk", city.communities[0]))
    return city, desk, f"communities/{city.communities[0].pk}"


def told(reply: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return reply.status_code, reply.json()["error"]["code"]


def named(desk: Program, here: str, **more: str) -> int:
    said = {"name": "东门先锋岗", "kind": "lead_post", "work": "gate"} | more
    return int(desk("POST", f"{here}/posts", said).json()["id"])


def shift(who: Placement, **more: object) -> dict[str, object]:
    """Tomorrow from eight to twelve."""
    first = localdate(now()) + timedelta(days=1)
    return {"placement": who.pk, "first": first.isoformat(), "begins": "08:00", "ends": "12:00"} | more


def test_a_post_is_named_given_for_days_handed_over_taken_back_and_closed() -> None:
    city, desk, here = world()
    one, two = placed(city, 1), placed(city, 2)
    post = named(desk, here)
    given = desk("POST", f"posts/{post}/shifts", shift(one, days=3)).json()
    assert [each["refused"] for each in given] == [None] * 3
    (listed,) = desk("GET", f"{here}/posts").json()
    first, second, _ = (each["holding"] for each in listed["shifts"])
    assert "王" not in str(listed)
    holder = desk("GET", f"posts/{post}/shifts/{first}").json()
    assert holder["name"].endswith("*")
    handed = desk("POST", f"posts/{post}/shifts/{first}/hand-over", {"placement": two.pk}).json()
    assert len(handed["shifts"]) == 3
    assert Holding.objects.filter(person=two.person_id).count() == 1
    assert told(desk("POST", f"posts/{post}/shifts/{first}/hand-over", {"placement": two.pk})) == (404, "not_found")
    assert len(desk("POST", f"posts/{post}/shifts/{second}/end").json()["shifts"]) == 2
    assert told(desk("POST", f"posts/{post}/shifts/{second}/end")) == (404, "not_found")
    assert desk("POST", f"posts/{post}/close").json()["closed_at"] is not None
    assert told(desk("POST", f"posts/{post}/close")) == (409, "post_closed")
    assert told(desk("POST", f"posts/{post}/shifts", shift(one))) == (409, "post_closed")
    assert not Holding.objects.exists()


def test_a_day_that_may_not_be_stood_says_which_rule() -> None:
    city, desk, here = world()
    one, post = placed(city, 1), named(desk, here)
    sampling = named(desk, here, name="采样先锋岗", work="sampling")
    assert desk("POST", f"posts/{post}/shifts", shift(one)).json()[0]["refused"] is None
    (again,) = desk("POST", f"posts/{post}/shifts", shift(one, begins="13:00", ends="14:00")).json()
    assert (again["refused"], again["reason"]) == ("shift_refused", "no_rest")
    assert "rest" in again["why"]
    later = localdate(now()) + timedelta(days=2)
    (untrained,) = desk("POST", f"posts/{sampling}/shifts", shift(one, first=later.isoformat())).json()
    assert untrained["reason"] == "not_trained"
    elsewhere = placed(city, 3, grid=2)
    assert told(desk("POST", f"posts/{post}/shifts", shift(elsewhere))) == (404, "not_found")
    for day in ("9999-12-31", "0001-01-01"):
        assert told(desk("POST", f"posts/{post}/shifts", shift(one, first=day))) == (422, "day_out_of_reach")
    for clock in ("08:00+01:00", "25:00", "8"):
        assert told(desk("POST", f"posts/{post}/shifts", shift(one, begins=clock))) == (422, "invalid")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"work": "dancing"}, "post_work_unknown"),
        ({"name": " "}, "field_missing"),
        ({"name": "长" * 41}, "field_too_long"),
        ({"kind": "other_post"}, "invalid"),
    ],
)
def test_a_post_that_makes_no_sense_is_not_named(wrong: dict[str, str], code: str) -> None:
    _, desk, here = world()
    assert told(desk("POST", f"{here}/posts", {"name": "东门", "kind": "lead_post", "work": "gate"} | wrong)) == (
        422,
        code,
    )
    assert not NamedPost.objects.exists()


def test_one_name_is_one_post_and_another_desk_sees_none_of_it() -> None:
    city, desk, here = world()
    post = named(desk, here)
    said = {"name": "东门先锋岗", "kind": "model_post", "work": "gate"}
    assert told(desk("POST", f"{here}/posts", said)) == (409, "post_name_taken")
    other = program_of(user_with_role("community_desk", city.communities[1]))
    for path in (f"posts/{post}", f"{here}/posts", f"{here}/placements", f"{here}/protection"):
        assert told(other("GET", path)) == (404, "not_found"), path
    assert told(other("POST", f"posts/{post}/close")) == (404, "not_found")


def test_placements_are_read_by_number_page_by_page() -> None:
    city, desk, here = world()
    rows = sorted(placed(city, number).pk for number in (1, 2))
    assert [each["placement"] for each in desk("GET", f"{here}/placements").json()] == rows
    assert [each["placement"] for each in desk("GET", f"{here}/placements?after={rows[0]}").json()] == rows[1:]
    assert desk("GET", f"{here}/placements").json()[0].keys() == {"placement", "grid", "since", "until", "synthetic"}


def test_training_and_insurance_are_recorded_and_then_dangerous_hours_are_given() -> None:
    city, desk, here = world()
    one, elsewhere = placed(city, 1), placed(city, 3, grid=2)
    post, day = named(desk, here, work="sampling"), (localdate(now()) + timedelta(days=9)).isoformat()
    said = {"work": "sampling", "until": day, "placements": [one.pk]}
    found = desk("POST", f"{here}/trainings", said).json()
    works = {each["work"]: each for each in found["works"]}
    assert (found["placed"], works["sampling"]["trained"], works["sampling"]["first_until"]) == (1, 1, day)
    assert told(desk("POST", f"{here}/trainings", said | {"work": "gate"})) == (422, "post_work_unknown")
    assert told(desk("POST", f"{here}/trainings", said | {"until": "2020-01-01"})) == (422, "training_over")
    assert told(desk("POST", f"{here}/trainings", said | {"placements": [elsewhere.pk]})) == (404, "not_found")
    assert desk("POST", f"posts/{post}/shifts", shift(one)).json()[0]["reason"] == "not_insured"
    policy = {"name": "团体意外险 88", "until": day}
    for _ in range(2):
        covered = desk("POST", f"{here}/policies", policy).json()
    assert [each["name"] for each in covered["policies"]] == ["团体意外险 88"]
    assert told(desk("POST", f"{here}/policies", policy | {"name": " "})) == (422, "policy_unclear")
    assert told(desk("POST", f"{here}/policies", policy | {"until": "2020-01-01"})) == (422, "policy_unclear")
    assert desk("POST", f"posts/{post}/shifts", shift(one)).json()[0]["refused"] is None


def test_buildings_are_divided_among_a_team_and_a_person_and_published_on_what_was_read() -> None:
    city, desk, _ = world()
    one, two = placed(city, 1), placed(city, 2)
    team = formed(city, [two])
    here = f"areas/{city.communities[0].pk}/responsibility"
    read = desk("GET", f"{here}/buildings").json()
    assert (read["gaps"], len(read["buildings"])) == (4, 4)
    among = [{"team": team.pk}, {"placement": one.pk}]
    parts = desk("POST", f"{here}/division", {"among": among}).json()
    assert sorted(each["among"] for each in parts["buildings"]) == [0, 0, 1, 1]
    wanted = [{"place": each["place"]} | among[each["among"]] for each in parts["buildings"]]
    assert desk("POST", here, {"version": parts["version"], "buildings": wanted}).json()["changed"] == 4
    assert told(desk("POST", here, {"version": parts["version"], "buildings": wanted})) == (409, "cover_changed")
    after = desk("GET", f"{here}/buildings").json()
    assert after["gaps"] == 0
    assert sorted(each["team"] or 0 for each in after["buildings"]) == [0, 0, team.pk, team.pk]
    assert desk("GET", here).json()["answered"] == 4
    actions.release(team, by=desk_of(city), at=now())
    assert desk("GET", f"{here}/buildings").json()["gaps"] == 2


def test_a_door_has_somebody_of_its_own_until_it_follows_its_building_again() -> None:
    city, desk, _ = world()
    one, elsewhere = placed(city, 1), placed(city, 3, grid=2)
    add_resident(city, name="王小明", phone="13800001234")
    here, building = f"areas/{city.communities[0].pk}/responsibility", city.buildings[0].pk
    read = desk("GET", f"{here}/buildings/{building}").json()
    door = read["doors"][0]
    assert (door["answered"], read["building_answered"]) == (False, False)

    def give(version: str, **holder: int) -> Any:
        said = {"version": version, "doors": [{"place": door["place"], **holder}]}
        return desk("POST", f"{here}/buildings/{building}", said)

    assert told(give(read["version"], placement=elsewhere.pk)) == (404, "not_found")
    assert told(give(read["version"], placement=2**62)) == (409, "holder_unknown")
    assert give(read["version"], placement=one.pk).json()["changed"] == 1
    assert told(give(read["version"], placement=one.pk)) == (409, "cover_changed")
    after = desk("GET", f"{here}/buildings/{building}").json()
    assert (after["doors"][0]["answered"], after["building_answered"]) == (True, False)
    listed = {each["place"]: each["doors_apart"] for each in desk("GET", f"{here}/buildings").json()["buildings"]}
    assert listed[building] == 1
    assert give(after["version"]).json()["changed"] == 1
    assert not desk("GET", f"{here}/buildings/{building}").json()["doors"][0]["answered"]
    assert told(desk("GET", f"{here}/buildings/{city.buildings[-1].pk}")) == (404, "not_found")
    twice = {"version": after["version"], "doors": [{"place": door["place"]}] * 2}
    assert told(desk("POST", f"{here}/buildings/{building}", twice)) == (422, "invalid")


def test_who_cannot_answer_for_a_building_is_refused_and_nothing_is_given() -> None:
    city, desk, _ = world()
    one, elsewhere = placed(city, 1), placed(city, 3, grid=2)
    here = f"areas/{city.communities[0].pk}/responsibility"
    read = desk("GET", f"{here}/buildings").json()
    place = read["buildings"][0]["place"]

    def give(*buildings: dict[str, int]) -> tuple[int, str]:
        return told(desk("POST", here, {"version": read["version"], "buildings": list(buildings)}))

    assert give({"place": place, "placement": elsewhere.pk}) == (404, "not_found")
    assert give({"place": place, "team": 999_999}) == (409, "holder_unknown")
    assert give({"place": place, "placement": 2**62}) == (409, "holder_unknown")
    assert give({"place": city.buildings[-1].place_id, "placement": one.pk}) == (409, "holder_unknown")
    assert give({"place": place, "placement": one.pk, "team": 1}) == (422, "invalid")
    assert give({"place": place, "placement": one.pk}, {"place": place}) == (422, "invalid")
    assert told(desk("POST", f"{here}/division", {"among": [{}]})) == (422, "invalid")
    assert not Responsibility.objects.exists()
