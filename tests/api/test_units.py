"""Reinforcement by the API: asked, planned, promised by name, received, sent home; and each no with its code."""

from datetime import timedelta
from typing import Any

import pytest

from linli.access.models import RoleGrant, User
from linli.common.clock import now
from linli.muster.models import Allocation, Call, Deployed, Reinforcement, UnitFree, UnitPlan
from linli.muster.units import planning
from linli.people.models import Organisation
from tests.api.conftest import Call as Program
from tests.api.conftest import program_of
from tests.factories import FOUNDED, tiny_city, user_with_role
from tests.muster.units.world import called, committed, liaison_for, units_world, wants

pytestmark = pytest.mark.django_db
LINES = ["赵志一 13900000001 驾驶", "2. 钱志二，13900000002", "孙志三 139-0000-0003"]


def speaking(caller: Any) -> Program:
    return program_of(User.objects.get(pk=caller.user))


def told(reply: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return reply.status_code, reply.json()["error"]["code"]


def wanted(**more: Any) -> dict[str, Any]:
    at = now()
    facts = {
        "heads": 3,
        "skills": [{"skill": 1, "heads": 1}],
        "since": (at + timedelta(days=1)).isoformat(),
        "until": (at + timedelta(days=4)).isoformat(),
        "answer_by": (at + timedelta(hours=4)).isoformat(),
        "meet": "青松社区东门",
        "receiver": "李值班",
        "receiver_phone": "02887654321",
    }
    return facts | more


def test_a_request_goes_all_the_way_by_programs_alone() -> None:
    made = units_world()
    desk, command = speaking(made.desk), speaking(made.command)
    community, street = made.city.communities[0].pk, made.city.street.pk
    asked = desk("POST", f"areas/{community}/reinforcements", wanted()).json()
    assert (asked["short"], asked["skills"], asked["asked_of"]) == (3, [{"skill": 1, "heads": 1}], street)
    assert [each["id"] for each in desk("GET", f"areas/{community}/reinforcements").json()] == [asked["id"]]
    assert [each["id"] for each in command("GET", f"areas/{street}/reinforcements?side=asked_of").json()] == [
        asked["id"]
    ]
    plan = command("POST", f"areas/{street}/unit-plans").json()
    assert plan["state"] == "waiting"
    planning.work_out(UnitPlan.objects.get(pk=plan["id"]))
    plan = command("GET", f"unit-plans/{plan['id']}").json()
    assert (plan["state"], plan["proved"]) == ("proposed", plan["objective"] == plan["bound"])
    assert 0 < plan["bound"] <= plan["objective"]
    assert plan["gap"] is not None
    assert sum(line["heads"] for line in plan["lines"]) == 3
    published = command("POST", f"unit-plans/{plan['id']}/publication").json()
    assert (published["asked"], published["overtaken"]) == (3, 0)
    call = Call.objects.get()
    liaison = speaking(liaison_for(made, call))
    assert [each["id"] for each in liaison("GET", "calls").json()] == [call.pk]
    whole = liaison("GET", f"calls/{call.pk}").json()
    assert (whole["meet"], whole["receiver"]) == ("青松社区东门", "李值班")
    assert told(liaison("POST", f"calls/{call.pk}/commitment")) == (422, "nobody_listed")
    assert liaison("POST", f"calls/{call.pk}/people", {"lines": LINES}).json()["listed"] == 3
    again = liaison("POST", f"calls/{call.pk}/people", {"lines": LINES}).json()
    assert (again["listed"], again["there"]) == (0, 3)
    assert liaison("POST", f"calls/{call.pk}/commitment").json()["committed"] == 3
    here = desk("GET", f"reinforcements/{asked['id']}/people").json()
    ids = [each["deployed"] for each in here]
    assert len(ids) == 3
    assert "赵志一" not in str(here)
    one = desk("GET", f"reinforcements/{asked['id']}/people/{ids[0]}").json()
    assert (one["name"], one["phone"]) == ("赵**", "139****0001")
    assert desk("POST", f"reinforcements/{asked['id']}/arrivals", {"deployed": ids[:2]}).json()["done"] == 2
    assert liaison("POST", f"calls/{call.pk}/arrivals", {"deployed": ids}).json()["left"] == []
    stands = desk("GET", f"reinforcements/{asked['id']}").json()
    assert (stands["arrived"], stands["short"], stands["calls"][0]["state"]) == (3, 0, "committed")
    assert desk("POST", f"reinforcements/{asked['id']}/releases", {"deployed": ids}).json()["done"] == 3
    assert Deployed.objects.filter(state="released").count() == 3
    assert desk("POST", f"reinforcements/{asked['id']}/end").json()["ended_at"] is not None
    assert told(desk("POST", f"reinforcements/{asked['id']}/end")) == (409, "reinforcement_over")


def test_a_run_names_the_pool_it_places_and_the_two_do_not_wait_for_each_other() -> None:
    made = units_world()
    desk, at = speaking(made.desk), now()
    asked = {"area": made.city.communities[0].pk, "since": at.isoformat(), "until": (at + timedelta(1)).isoformat()}
    first = desk("POST", "allocations", asked | {"pool": "units"}).json()
    second = desk("POST", "allocations", asked).json()
    assert (first["pool"], second["pool"], second["kind"]) == ("units", "residents", "place")
    assert told(desk("POST", "allocations", asked | {"pool": "units"})) == (409, "allocation_under_way")
    assert told(desk("POST", "allocations", asked | {"pool": "both"})) == (422, "invalid")
    assert sorted(Allocation.objects.values_list("pool", flat=True)) == ["residents", "units"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"skills": [{"skill": 1, "heads": 4}]}, "skills"),
        ({"until": FOUNDED.isoformat()}, "until"),
        ({"answer_by": FOUNDED.isoformat()}, "answer_by"),
        ({"receiver_phone": "12"}, "phone"),
        ({"meet": " "}, "text"),
    ],
)
def test_a_request_that_makes_no_sense_says_where_and_is_not_kept(wrong: dict[str, Any], field: str) -> None:
    made = units_world()
    reply = speaking(made.desk)("POST", f"areas/{made.city.communities[0].pk}/reinforcements", wanted(**wrong))
    assert told(reply) == (422, "bad_reinforcement")
    assert reply.json()["error"]["facts"] == {"field": field}
    assert not Reinforcement.objects.exists()


def test_a_skill_named_twice_or_none_is_refused() -> None:
    made = units_world()
    desk, here = speaking(made.desk), f"areas/{made.city.communities[0].pk}/reinforcements"
    for skills in ([{"skill": 1, "heads": 1}] * 2, [{"skill": None, "heads": 1}], [{"skill": 12, "heads": 1}]):
        assert told(desk("POST", here, wanted(skills=skills))) == (422, "invalid")


def test_nobody_stands_above_the_top_and_what_is_asked_of_it_is_passed_on_to_nobody() -> None:
    made = units_world()
    command, request = speaking(made.command), wants(made)
    assert told(command("POST", f"areas/{made.city.street.pk}/reinforcements", wanted())) == (403, "nobody_above")
    assert told(command("POST", f"reinforcements/{request.pk}/upward")) == (403, "nobody_above")


def test_others_requests_calls_and_people_are_not_there() -> None:
    made = units_world()
    request = wants(made)
    call, people = committed(made, request)
    other = program_of(user_with_role("community_desk", made.city.communities[1]))
    stranger = speaking(next(each for each in made.liaisons if each != liaison_for(made, call)))
    paths = [f"reinforcements/{request.pk}", f"reinforcements/{request.pk}/people"]
    for path in (*paths, f"reinforcements/{request.pk}/people/{people[0].pk}"):
        assert told(other("GET", path)) == (404, "not_found")
    for path in ("arrivals", "releases"):
        body = {"deployed": [people[0].pk]}
        assert told(other("POST", f"reinforcements/{request.pk}/{path}", body)) == (404, "not_found")
    assert stranger("GET", "calls").json() == []
    for path in (f"calls/{call.pk}", f"calls/{call.pk}/people", f"calls/{call.pk}/people/{people[0].pk}"):
        assert told(stranger("GET", path)) == (404, "not_found")
    assert told(stranger("POST", f"deployed/{people[0].pk}/off")) == (404, "not_found")
    assert told(stranger("POST", f"units/{call.organisation_id}/free", {"free": []})) == (404, "not_found")
    assert told(stranger("POST", f"calls/{call.pk}/refusal", {"reason": "忙"})) == (404, "not_found")
    assert Deployed.objects.get(pk=people[0].pk).state == "listed"


def test_a_list_with_a_line_that_makes_no_sense_names_nobody_and_says_which() -> None:
    made = units_world()
    call = called(made, wants(made))
    liaison = speaking(liaison_for(made, call))
    reply = liaison("POST", f"calls/{call.pk}/people", {"lines": [LINES[0], "没有电话的人", "", "孙志三 12"]})
    assert told(reply) == (422, "rows_refused")
    assert [(row["row"], row["code"]) for row in reply.json()["error"]["facts"]["rows"]] == [
        (2, "line_unreadable"),
        (4, "line_unreadable"),
    ]
    assert "没有电话" not in reply.content.decode()
    many = [f"赵志{n} 1390000{n:04d}" for n in range(4)]
    assert told(liaison("POST", f"calls/{call.pk}/people", {"lines": many})) == (422, "too_many_listed")
    assert not Deployed.objects.exists()


def test_somebody_else_comes_by_name_until_one_has_arrived() -> None:
    made = units_world()
    call, people = committed(made, wants(made))
    liaison = speaking(liaison_for(made, call))
    for line in ("", "两个人 13900000001 13900000002", "没有电话"):
        code = told(liaison("POST", f"deployed/{people[0].pk}/swap", {"line": line}))
        assert code[0] == 422
    swapped = liaison("POST", f"deployed/{people[0].pk}/swap", {"line": "新来的 13812345678"}).json()
    assert swapped["state"] == "listed"
    assert told(liaison("POST", f"deployed/{people[0].pk}/swap", {"line": "再来 13812345679"})) == (
        409,
        "deployed_over",
    )
    twice = liaison("POST", f"deployed/{people[1].pk}/swap", {"line": "新来的 13812345678"})
    assert told(twice) == (409, "listed_elsewhere")
    assert liaison("POST", f"deployed/{people[1].pk}/off").json()["committed"] == 2
    assert told(liaison("POST", f"calls/{call.pk}/commitment")) == (409, "unit_answered")


def test_a_unit_declines_with_a_reason_or_offers_unasked() -> None:
    made = units_world()
    request = wants(made)
    call = called(made, request)
    liaison, command, at = speaking(liaison_for(made, call)), speaking(made.command), now()
    assert told(liaison("POST", f"calls/{call.pk}/refusal", {"reason": " "})) == (422, "unit_reason_missing")
    assert liaison("POST", f"calls/{call.pk}/refusal", {"reason": "人都在社区"}).json()["state"] == "declined"
    time = {"since": at.isoformat(), "until": (at + timedelta(days=9)).isoformat()}
    offered = liaison("POST", f"units/{call.organisation_id}/offers", {"heads": 2, **time}).json()
    assert offered["reinforcement"] is None
    assert [each["id"] for each in command("GET", f"areas/{made.city.street.pk}/offers").json()] == [offered["id"]]
    assert speaking(made.desk)("GET", f"areas/{made.city.communities[0].pk}/offers").json() == []
    taken = command("POST", f"reinforcements/{request.pk}/offers", {"offer": offered["id"]}).json()
    assert (taken["state"], taken["heads"]) == ("asked", 2)
    assert told(command("POST", f"reinforcements/{request.pk}/offers", {"offer": offered["id"]})) == (404, "not_found")


def test_a_plan_is_asked_for_once_and_published_once_by_whoever_decides_over_the_units() -> None:
    made = units_world()
    request, desk, command = wants(made), speaking(made.desk), speaking(made.command)
    street = made.city.street.pk
    plan = command("POST", f"areas/{street}/unit-plans").json()["id"]
    assert told(command("POST", f"areas/{street}/unit-plans")) == (409, "unit_plan_under_way")
    assert told(command("POST", f"unit-plans/{plan}/publication")) == (409, "unit_plan_not_ready")
    planning.work_out(UnitPlan.objects.get(pk=plan))
    assert told(desk("POST", f"unit-plans/{plan}/publication")) == (404, "not_found")
    assert command("POST", f"unit-plans/{plan}/publication").json()["asked"] == 3
    assert told(command("POST", f"unit-plans/{plan}/publication")) == (409, "unit_plan_not_ready")
    assert request.calls.count() == 1
    elsewhere = made.city.communities[0].pk
    assert told(command("POST", f"areas/{elsewhere}/unit-plans")) == (403, "not_yours_to_decide")


def test_whom_a_unit_can_send_is_said_by_its_liaison_or_by_command_and_replaced_whole() -> None:
    made = units_world()
    unit, liaison = made.units[0], speaking(made.liaisons[0])
    said = liaison("POST", f"units/{unit.pk}/free", {"free": [{"skill": 3, "heads": 7}]}).json()
    assert said["free"] == [{"skill": 3, "heads": 7}]
    assert [each["id"] for each in liaison("GET", "units").json()] == [unit.pk]
    command = speaking(made.command)
    command("POST", f"units/{unit.pk}/free", {"free": [{"heads": 2}, {"skill": 1, "heads": 0}]})
    assert list(UnitFree.objects.filter(organisation=unit).values_list("skill", "heads")) == [(None, 2)]
    assert told(command("POST", f"units/{unit.pk}/free", {"free": [{"heads": 1}, {"heads": 2}]})) == (422, "invalid")
    listed = command("GET", f"areas/{made.city.street.pk}/units").json()
    assert [(each["name"], each["liaisons"]) for each in listed] == [("第一机关", 1), ("第二机关", 1)]
    rest = command("GET", f"areas/{made.city.street.pk}/units?after={listed[0]['id']}").json()
    assert [each["id"] for each in rest] == [listed[1]["id"]]


def test_a_liaison_s_key_opens_nothing_of_another_unit_even_with_a_desk_s_role_beside_it() -> None:
    made = units_world()
    call, _ = committed(made, wants(made))
    both = user_with_role("community_desk", made.city.communities[1])
    own = next(unit for unit in made.units if unit.pk != call.organisation_id)
    RoleGrant.objects.create(user=both, role="liaison", area=own.area_id, organisation=own.pk, since=FOUNDED)
    program = program_of(both)
    assert [each["id"] for each in program("GET", "units").json()] == [own.pk]
    assert told(program("GET", f"calls/{call.pk}")) == (404, "not_found")


def test_a_unit_of_nobody_known_is_not_there() -> None:
    tiny = tiny_city()
    desk = program_of(user_with_role("city", tiny.street))
    unit = Organisation.objects.create(name="区里的单位", area=tiny.communities[0])
    for number in (unit.pk, 0, -1, 2**63):
        assert told(desk("POST", f"units/{number}/free", {"free": []})) == (404, "not_found")


def test_a_list_of_units_is_taken_whole_and_sent_again_changes_nothing() -> None:
    city = tiny_city()
    command, here = program_of(user_with_role("city", city.street)), f"areas/{city.street.pk}/units"
    units = [
        {"name": "市图书馆", "free": [{"skill": 1, "heads": 3}, {"heads": 12}], "liaison": "周敏"},
        {"name": "市档案馆", "free": [{"heads": 8}]},
    ]
    made = command("POST", here, {"units": units}).json()
    assert (made["units"], made["free"], made["liaisons"], made["there"]) == (2, 2, 1, 0)
    again = command("POST", here, {"units": [*units, units[0]]}).json()
    assert (again["units"], again["free"], again["liaisons"], again["there"], again["twice"]) == (0, 0, 0, 2, 1)
    listed = {each["name"]: each for each in command("GET", here).json()}
    assert listed["市图书馆"]["free"] == [{"skill": 1, "heads": 3}, {"skill": None, "heads": 12}]
    nought = command("POST", here, {"units": [{"name": "市图书馆", "free": []}, {"name": "市档案馆"}]}).json()
    assert (nought["free"], nought["there"]) == (1, 1)
    assert not UnitFree.objects.filter(organisation__name="市图书馆").exists()
    assert UnitFree.objects.get(organisation__name="市档案馆").heads == 8


def test_a_list_of_units_with_a_wrong_row_makes_none_and_says_which() -> None:
    city = tiny_city()
    command, here = program_of(user_with_role("city", city.street)), f"areas/{city.street.pk}/units"
    units = [{"name": "市图书馆"}, {"name": "长" * 81}, {"name": "市档案馆", "area": "没有这个区"}]
    units.append({"name": "社区的单位", "area": city.communities[0].name})
    reply = command("POST", here, {"units": units})
    assert told(reply) == (422, "rows_refused")
    assert [(row["row"], row["column"], row["code"]) for row in reply.json()["error"]["facts"]["rows"]] == [
        (2, "unit", "cell_too_long"),
        (3, "area", "area_unknown"),
        (4, "area", "not_yours_to_decide"),
    ]
    assert told(command("POST", here, {"units": [{"name": " "}]})) == (422, "invalid")
    assert not Organisation.objects.exists()
