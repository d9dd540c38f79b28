"""What a desk or a leader decides by the API: sign-ups, lists, demands, placements, hours, shifts, codes of posts."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.common.clock import now
from linli.common.ids import uuid7
from linli.duty.hours import deciding
from linli.duty.models import Service
from linli.muster.models import Demand, Holding, Placement, SignUp
from linli.people.models import Skill
from tests.api.conftest import Call, program_of
from tests.api.me_known import a_shift
from tests.duty.served import HOUR, begin, served
from tests.factories import SYSTEM, TinyCity, add_claim, add_resident, user_with_role
from tests.muster.teams.test_teams import placed

pytestmark = pytest.mark.django_db


def told(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def here(city: TinyCity) -> str:
    return f"communities/{city.communities[0].pk}"


def test_sign_ups_that_wait_are_listed_by_number_and_decided_one_by_one(city: TinyCity, desk: Call) -> None:
    known = add_resident(city, name="王小明", phone="13800001234")
    one, two, three = (
        add_claim(city, name=name, phone=phone)
        for name, phone in (("王小明", "13800001234"), ("李大明", "13900000001"), ("赵六", "13900000002"))
    )
    listed = desk("GET", f"{here(city)}/sign-ups").json()
    assert {each["id"] for each in listed} == {str(each.pk) for each in (one, two, three)}
    assert "name" not in listed[0]
    after = desk("GET", f"{here(city)}/sign-ups?after={listed[0]['id']}").json()
    assert [each["id"] for each in after] == [each["id"] for each in listed[1:]]
    (candidate,) = desk("GET", f"sign-ups/{one.pk}/candidates").json()
    assert (candidate["person"], candidate["name"]) == (known.pk, "王**")
    stranger = add_resident(city, name="钱七", phone="13900000009")
    assert told(desk("POST", f"sign-ups/{one.pk}/confirmation", {"person": stranger.pk})) == (404, "not_found")
    assert desk("POST", f"sign-ups/{one.pk}/confirmation", {"person": known.pk}).json()["state"] == "confirmed"
    one.refresh_from_db()
    assert (one.person_id, one.matched) == (known.pk, True)
    again = desk("POST", f"sign-ups/{one.pk}/confirmation", {"person": None})
    assert told(again) == (409, "sign_up_already_decided")
    assert desk("POST", f"sign-ups/{two.pk}/confirmation", {"person": None}).json()["state"] == "confirmed"
    assert desk("POST", f"sign-ups/{three.pk}/decline").json()["state"] == "declined"
    assert told(desk("POST", f"sign-ups/{three.pk}/decline")) == (409, "sign_up_already_decided")
    assert [each["id"] for each in desk("GET", f"{here(city)}/sign-ups?state=declined").json()] == [str(three.pk)]
    assert told(desk("GET", f"{here(city)}/sign-ups?state=gone")) == (422, "invalid")
    other = program_of(user_with_role("community_desk", city.communities[1]))
    for method, path in (("GET", "candidates"), ("POST", "decline")):
        assert told(other(method, f"sign-ups/{one.pk}/{path}")) == (404, "not_found")


def test_those_who_fit_exactly_are_confirmed_together(city: TinyCity, desk: Call) -> None:
    add_resident(city, name="王小明", phone="13800001234")
    add_claim(city, name="王小明", phone="13800001234")
    add_claim(city, name="李大明", phone="13900000001")
    assert [desk("POST", f"{here(city)}/sign-ups/confirm-exact").json()["confirmed"] for _ in range(2)] == [1, 0]


def test_a_list_is_taken_whole_or_not_at_all_and_once(city: TinyCity, desk: Call) -> None:
    rows = [
        {"name": f"王{n}", "phone": f"1390000100{n}", "door": "1栋1单元101", "skills": "医疗, cook"} for n in (1, 2)
    ]
    wrong = desk("POST", f"{here(city)}/sign-ups/list", {"rows": [*rows, {"name": "", "phone": "x", "door": "1栋"}]})
    assert told(wrong) == (422, "rows_refused")
    assert {(each["row"], each["column"]) for each in wrong.json()["error"]["facts"]["rows"]} == {
        (3, "name"),
        (3, "phone"),
    }
    assert not SignUp.objects.exists()
    taken = desk("POST", f"{here(city)}/sign-ups/list", {"rows": [*rows, rows[0]]}).json()
    assert (taken["made"], taken["there"], taken["twice"]) == (2, 0, 1)
    again = desk("POST", f"{here(city)}/sign-ups/list", {"rows": rows}).json()
    assert (again["made"], again["there"]) == (0, 2)
    assert set(SignUp.objects.values_list("skills", flat=True)) == {1 << Skill.MEDICAL | 1 << Skill.COOK}
    assert told(desk("POST", f"{here(city)}/sign-ups/list", {"rows": []})) == (422, "invalid")


def test_a_grid_asks_on_what_was_read_and_a_placement_is_ended(city: TinyCity, desk: Call) -> None:
    grid = f"areas/{city.grids[0].pk}/demand"
    read = desk("GET", grid).json()
    assert (read["want"], read["version"], read["free"]) == (0, 0, 0)
    said = {"want": 2, "skills": [{"skill": int(Skill.DRIVER), "heads": 1}], "version": 0}
    asked = desk("POST", grid, said).json()
    assert (asked["want"], asked["most"], asked["skills"]) == (2, 2, [{"skill": 1, "heads": 1}])
    assert told(desk("POST", grid, said | {"want": 3})) == (409, "demand_changed_meanwhile")
    assert told(desk("POST", grid, {"want": 3, "most": 2})) == (422, "bad_demand")
    assert told(desk("POST", grid, {"want": 3, "skills": [{"skill": None, "heads": 1}]})) == (422, "invalid")
    assert Demand.objects.get().want == 2
    assert told(desk("GET", f"areas/{city.communities[0].pk}/demand")) == (404, "not_found")
    assert told(desk("POST", f"areas/{city.grids[2].pk}/demand", {"want": 1})) == (404, "not_found")
    placement = placed(city, 1)
    assert desk("POST", f"placements/{placement.pk}/release").json()["grid"] == city.grids[0].pk
    assert not Placement.objects.filter(during__contains=now()).exists()
    assert told(desk("POST", f"placements/{placement.pk}/release")) == (404, "not_found")


def test_hours_are_finished_for_who_forgot_set_aside_and_corrected_with_a_reason(city: TinyCity, desk: Call) -> None:
    one, two, at = placed(city, 1, days_ago=3), placed(city, 2, days_ago=3), now()
    area = f"hours/{city.communities[0].pk}"
    forgot = begin(city, one.person, at - 30 * HOUR)
    assert [each["id"] for each in desk("GET", f"{area}/unfinished").json()] == [forgot.pk]
    ended = {"finished_at": (at - 28 * HOUR).isoformat()}
    done = desk("POST", f"{area}/services/{forgot.pk}/finish", ended).json()
    assert (done["state"], done["tenths"]) == ("waiting", 20)
    assert told(desk("POST", f"{area}/services/{forgot.pk}/decline", {"reason": " "})) == (422, "reason_asked")
    assert desk("POST", f"{area}/services/{forgot.pk}/decline", {"reason": "没有到岗"}).json()["state"] == "declined"
    twice = desk("POST", f"{area}/services/{forgot.pk}/decline", {"reason": "没有到岗"})
    assert told(twice) == (409, "hours_decided")
    row = served(city, two.person, at - 5 * HOUR, at - 4 * HOUR)
    deciding.ask_correction(row, at - 6 * HOUR, at - 4 * HOUR, key=uuid7(), by=SYSTEM, at=at)
    (asked,) = desk("GET", f"{area}/corrections").json()
    granted = {"granted": True, "reason": "领队证实"}
    corrected = desk("POST", f"{area}/corrections/{asked['id']}", granted).json()
    assert (corrected["state"], corrected["tenths"]) == ("corrected", 20)
    assert told(desk("POST", f"{area}/corrections/{asked['id']}", granted)) == (409, "hours_decided")
    leader = program_of(user_with_role("leader", city.grids[0]))
    assert told(leader("GET", f"hours/{city.grids[0].pk}/corrections")) == (404, "not_found"), "the desk's alone"
    other = program_of(user_with_role("community_desk", city.communities[1]))
    elsewhere = f"hours/{city.communities[1].pk}"
    assert told(other("POST", f"{elsewhere}/services/{row.pk}/decline", {"reason": "x"})) == (404, "not_found")
    assert told(other("POST", f"{elsewhere}/corrections/{asked['id']}", granted)) == (404, "not_found")
    assert Service.objects.get(pk=row.pk).state == "corrected"


def test_a_leader_hands_a_post_over_within_the_crew(city: TinyCity) -> None:
    holds, takes, elsewhere = placed(city, 1), placed(city, 2), placed(city, 3, grid=1)
    shift = a_shift(city, holds.person_id)
    leader = program_of(user_with_role("leader", city.grids[0]))
    area = f"hours/{city.grids[0].pk}"
    (read,) = leader("GET", f"{area}/shifts").json()
    assert (read["holding"], read["booking"], read["post"]) == (shift, holds.booking_id, "南门先锋岗")
    wrong = {"holding": shift, "booking": elsewhere.booking_id}
    assert told(leader("POST", f"{area}/hand-over", wrong)) == (404, "not_found")
    said = {"holding": shift, "booking": takes.booking_id}
    (handed,) = leader("POST", f"{area}/hand-over", said).json()
    assert handed["booking"] == takes.booking_id
    assert Holding.objects.get().person_id == takes.person_id
    assert told(leader("POST", f"{area}/hand-over", said)) == (404, "not_found")
    other = program_of(user_with_role("leader", city.grids[1]))
    assert told(other("POST", f"{area}/hand-over", said)) == (404, "not_found")


def test_a_posts_code_is_the_same_until_it_is_replaced(city: TinyCity, desk: Call) -> None:
    codes = f"{here(city)}/post-codes"
    assert [each["area"] for each in desk("GET", codes).json()] == [
        city.communities[0].pk,
        *(each.pk for each in city.grids[:2]),
    ]
    one = f"{codes}/{city.grids[0].pk}"
    first, second = (desk("POST", one).json() for _ in range(2))
    assert first["code"] == second["code"]
    assert first["address"].endswith(f"/post/{first['code'].replace('-', '')}/")
    desk("POST", f"{one}/replacement")
    assert desk("POST", one).json()["code"] != first["code"]
    assert told(desk("POST", f"{codes}/{city.grids[2].pk}")) == (404, "not_found")
    leader = program_of(user_with_role("leader", city.grids[0]))
    assert told(leader("POST", one)) == (404, "not_found")


def test_ids_that_nobody_has_are_not_there(city: TinyCity, desk: Call) -> None:
    area = f"hours/{city.communities[0].pk}"
    for number in (0, 2**63, 10**30):
        for path, said in (
            (f"placements/{number}/release", {}),
            (f"{area}/services/{number}/decline", {"reason": "x"}),
            (f"{area}/corrections/{number}", {"granted": False, "reason": "x"}),
            (f"{here(city)}/post-codes/{number}", {}),
        ):
            assert told(desk("POST", path, said)) == (404, "not_found"), path
    assert told(desk("GET", f"sign-ups/{uuid4()}/candidates")) == (404, "not_found")
    since = (now() + timedelta(days=1)).isoformat()
    assert told(desk("POST", f"{area}/services/1/finish", {"finished_at": since})) == (404, "not_found")
