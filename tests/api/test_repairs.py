"""Replacing people by the API: freed by number, told chain by chain with the price, read line by line, published."""

from typing import Any

import pytest

from linli.access.models import User
from linli.common.clock import now
from linli.muster import jobs
from linli.muster.models import Allocation, Placement, SignUp
from tests.api.conftest import Call, program_of
from tests.factories import TinyCity, user_with_role
from tests.muster.test_repairing import a_chain, a_street_with_a_spare
from tests.muster.units.test_pool_repair import two_placed_of_three
from tests.muster.units.world import units_world

pytestmark = pytest.mark.django_db


def told(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def test_who_cannot_come_is_freed_and_a_repair_says_who_moves_why_and_at_what_price(city: TinyCity) -> None:
    driver, _, _ = a_chain(city)
    first, second = (program_of(user_with_role("community_desk", each)) for each in city.communities)
    gone = Placement.objects.get(person=driver)
    run = first("POST", f"areas/{city.communities[0].pk}/repairs", {"gone": [gone.pk]}).json()
    assert (run["kind"], run["state"], run["mode"]) == ("repair", "waiting", "calm")
    assert not Placement.objects.filter(person=driver, during__contains=now()).exists()
    assert told(first("GET", f"allocations/{run['id']}/repair")) == (404, "not_found")
    Allocation.objects.filter(pk=run["id"]).update(area=city.street)  # over both, as a street would have asked
    jobs.repair(run["id"])
    street = program_of(user_with_role("street", city.street))
    read = street("GET", f"allocations/{run['id']}/repair").json()
    (chain,) = read["chains"]
    assert [each["gone_from"] for each in chain["people"]] == [city.grids[2].pk, None]
    assert [each["sign_up"] for each in chain["people"]] == [None, None], "a street sees nobody"
    assert chain["why"]
    assert [each["most"] for each in read["prices"]] == [0, 1, 2, 3, None]
    assert [each["most"] for each in read["prices"] if each["chosen"]] == [3]
    assert (read["moved"], read["called"], read["best"], read["more"]) == (1, 1, True, False)
    assert street("GET", f"allocations/{run['id']}/repair?skip=1").json()["chains"] == []
    assert "chains" not in street("GET", f"allocations/{run['id']}").json()["summary"]
    city_command = program_of(user_with_role("city", city.street))
    assert city_command("GET", f"allocations/{run['id']}/repair").json()["chains"] == []
    lines = street("GET", f"allocations/{run['id']}/lines").json()["lines"]
    assert {each["area"]: each["heads"] for each in lines} == {city.grids[0].pk: 1, city.grids[2].pk: 1}
    coarse = city_command("GET", f"allocations/{run['id']}/lines").json()["lines"]
    assert {each["area"] for each in coarse} == {each.pk for each in city.communities}
    assert told(second("GET", f"allocations/{run['id']}/repair")) == (404, "not_found"), "the street's, not a desk's"
    assert street("POST", f"allocations/{run['id']}/publication").status_code == 202


def test_a_desk_reads_by_number_whose_sign_up_moves_and_sees_runs_of_its_area(city: TinyCity) -> None:
    (first, _), spare = a_street_with_a_spare(city)
    community = city.communities[0].pk
    desk = program_of(user_with_role("community_desk", city.communities[0]))
    gone = Placement.objects.get(person=first)
    run = desk("POST", f"areas/{community}/repairs", {"gone": [gone.pk], "mode": "exact"}).json()["id"]
    assert told(desk("POST", f"areas/{community}/repairs", {"empty": True})) == (409, "allocation_under_way")
    jobs.repair(run)
    (chain,) = desk("GET", f"allocations/{run}/repair").json()["chains"]
    (mover,) = chain["people"]
    assert desk("GET", f"sign-ups/{mover['sign_up']}").json()["name"].endswith("*")
    assert mover["sign_up"] == str(SignUp.objects.get(person=spare).pk)
    assert [each["id"] for each in desk("GET", f"areas/{community}/allocations").json()] == [run]


def test_people_of_work_units_are_replaced_by_their_own_unless_it_says_otherwise() -> None:
    made = units_world()
    (first, second), _ = two_placed_of_three(made)
    desk, here = program_of(User.objects.get(pk=made.desk.user)), f"areas/{made.city.communities[0].pk}/repairs"
    run = desk("POST", here, {"gone": [Placement.objects.get(person=first).pk]}).json()
    assert run["pool"] == "units"
    jobs.repair(run["id"])
    (chain,) = desk("GET", f"allocations/{run['id']}/repair").json()["chains"]
    assert [each["sign_up"] for each in chain["people"]] == [None]
    gone = {"gone": [Placement.objects.get(person=second).pk], "pool": "residents"}
    assert desk("POST", here, gone).json()["pool"] == "residents"


@pytest.mark.parametrize("said", [{}, {"gone": []}, {"empty": False}, {"gone": [1], "empty": True}, {"mode": "best"}])
def test_a_repair_says_who_is_gone_or_that_it_only_fills(city: TinyCity, desk: Call, said: dict[str, Any]) -> None:
    assert told(desk("POST", f"areas/{city.communities[0].pk}/repairs", said)) == (422, "invalid")
    assert not Allocation.objects.exists()


def test_nobody_is_freed_who_is_placed_elsewhere(city: TinyCity, desk: Call) -> None:
    here = f"areas/{city.communities[0].pk}/repairs"
    assert told(desk("POST", here, {"empty": True})) == (422, "nobody_placed")
    _, other, _ = a_chain(city)
    placement = Placement.objects.get(person=other)
    assert told(desk("POST", here, {"gone": [placement.pk]})) == (404, "not_found")
    assert Placement.objects.filter(pk=placement.pk, during__contains=now()).exists()
