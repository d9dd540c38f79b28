"""What makes sense to operations about posts and work units: rows of each state, and who calls for them."""

from datetime import timedelta

from django.db import connection
from django.utils.timezone import localdate

from linli.common.clock import now
from linli.common.db import from_on
from linli.muster.models import Call, Deployed, Holding, Member, NamedPost, Reinforcement, UnitPlan
from linli.muster.teams import holding, responsibility
from linli.muster.units import asking
from linli.people.models import Organisation, Person
from tests.factories import TinyCity, user_with_role
from tests.muster.teams.world import desk_of, formed, placed
from tests.muster.test_repairing import replaced
from tests.muster.units.world import liaison_of, wanted


def who_calls(label: str) -> str:
    """Whose key an operation is called with."""
    if "/api/v1/me/" in label:
        return "phone"
    if "/calls" in label or "/deployed/" in label or label.endswith(("/units/{unit_id}/offers", "/v1/units")):
        return "liaison"
    posts = ("POST /api/v1/areas/{area_id}/units", "{reinforcement_id}/offers", "/free", "{team_id}/members")
    posts += ("{allocation_id}/lines", "{allocation_id}/repair")
    return "command" if "unit-plans" in label or label.endswith(posts) else "desk"


def number_far_away() -> None:
    """Let rows have numbers that are not drawn by chance, so that no operation spoils what another one needs."""
    with connection.cursor() as cursor:
        for row in (Reinforcement, Call, Deployed, UnitPlan, NamedPost, Holding, Organisation):
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 700000)", [row._meta.db_table])


def of_posts(city: TinyCity) -> dict[str, object]:
    """A post with a shift of tomorrow, and somebody who may take it over."""
    at, desk = now(), desk_of(city)
    one, two = placed(city, 31), placed(city, 32)
    facts = {"kind": NamedPost.Kind.LEAD, "work": "gate", "by": desk, "at": at}
    post = holding.name_post(city.event, city.communities[0], name="东门先锋岗", **facts)  # type: ignore[arg-type]
    day = localdate(at) + timedelta(days=1)
    times = holding.days(day, at.time().replace(hour=8, minute=0), at.time().replace(hour=10, minute=0), 3, at=at)
    given = holding.give(post, one.person_id, times, by=desk, at=at)
    assert [each.refused for each in given] == [None] * 3
    first = post.holdings.order_by("during")[0]
    cover = responsibility.cover(city.event, city.communities[0], at)
    known: dict[str, object] = {"named_post_id": post.pk, "holding_id": first.pk, "placement": two.pk}
    known |= {"first": day.isoformat(), "begins": "12:00", "ends": "13:00", "days": 1, "work": "gate"}
    known |= {"among": [{"placement": two.pk}], "version": cover.version, "community_id": city.communities[0].pk}
    return known | {"placements": [two.pk], "buildings": [{"place": city.buildings[0].place_id}]}


def of_teams(city: TinyCity) -> dict[str, dict[str, object]]:
    """Teams, doors and a repair, by how the label of an operation ends."""
    at, (one, two, three, gone) = now(), (placed(city, number) for number in (51, 52, 53, 54))
    here, alone, next_door = formed(city, [one, two]), formed(city, [three]), placed(city, 55, grid=2)
    member = Member.objects.get(team=here, role=Member.Role.DEPUTY).pk
    house, run = city.buildings[0], replaced(city, []).pk
    doors = responsibility.cover_of_doors(city.event, city.communities[0], house.pk, at)
    given = {"version": doors.version, "doors": [{"place": doors.rows[0][0], "placement": one.pk}]}
    return {
        "{team_id}/members": {"team_id": here.pk, "placements": [next_door.pk]},
        "{member_id}": {"team_id": here.pk, "member_id": member, "does": "lead"},
        "{team_id}/mend": {"team_id": alone.pk, "leader": Member.objects.get(team=alone).pk, "deputy": None},
        "{building_id}": {"building_id": house.pk, **given},
        "{area_id}/repairs": {"gone": [gone.pk], "empty": False},
        "{allocation_id}/repair": {"allocation_id": run},
        "{allocation_id}/lines": {"allocation_id": run},
    }


def of_units(city: TinyCity) -> dict[str, object]:
    """A request, a unit of the street that is asked and has named somebody, and what else is said of them."""
    at = now()
    asked = asking.ask(city.event, city.communities[0], wanted(at), by=desk_of(city), at=at)
    unit = Organisation.objects.create(name="市图书馆", area=city.street)
    liaison_of(unit)
    call = a_call(asked, unit)
    known: dict[str, object] = {"reinforcement_id": asked.pk, "unit_id": unit.pk, "call_id": call.pk}
    known |= {"deployed_id": call.people.get().pk, "deployed": [call.people.get().pk], "heads": 1, "meet": "东门"}
    known |= {"receiver": "李值班", "receiver_phone": "02887654321", "bring": "", "reason": "人都在社区"}
    known |= {"answer_by": (at + timedelta(hours=4)).isoformat(), "free": [{"heads": 5}], "units": [{"name": "新单位"}]}
    return known | {"lines": ["赵志一 13900000001"], "line": "钱志二 13900000002", "unit_plan_id": a_plan(city)}


def a_call(asked: Reinforcement, unit: Organisation, *, state: str = "asked", at_work: int = 0) -> Call:
    """A call of two to a unit that has named one."""
    at, by = now(), 1
    call = Call.objects.create(
        event=asked.event,
        organisation=unit,
        reinforcement=asked if state != "offered" else None,
        offered=state == "offered",
        heads=2,
        committed=1 if state == "committed" else 0,
        during=from_on(at + timedelta(hours=at_work), at + timedelta(days=2)),
        state=state,
        asked_by=by,
        asked_at=at,
    )
    facts = {"during": call.during, "listed_by": by, "listed_at": at}
    Deployed.objects.create(call=call, person=Person.objects.create(), **facts)
    return call


def a_plan(city: TinyCity) -> int:
    """A proposal over the street's units that asks nobody."""
    at, by = now(), user_with_role("city", city.street).pk
    state = UnitPlan.State.PROPOSED
    return UnitPlan.objects.create(event=city.event, area=city.street, state=state, asked_by=by, asked_at=at).pk


def bodies(city: TinyCity, known: dict[str, object]) -> dict[str, dict[str, object]]:
    """What an operation needs of its own, by how its label ends, so that none spoils another's."""
    at, unit = now(), Organisation.objects.get(pk=known["unit_id"])
    asked = Reinforcement.objects.get(pk=known["reinforcement_id"])
    ending, taking = (
        asking.ask(city.event, city.communities[0], wanted(at), by=desk_of(city), at=at) for _ in range(2)
    )
    offered = a_call(asked, unit, state="offered")
    upward = asking.ask(city.event, city.grids[0], wanted(at), by=desk_of(city), at=at)
    shifts = list(NamedPost.objects.get(pk=known["named_post_id"]).holdings.order_by("during"))
    facts = {"kind": NamedPost.Kind.MODEL, "work": "gate", "name": "关掉的岗", "by": desk_of(city), "at": at}
    closing = holding.name_post(city.event, city.communities[0], **facts)  # type: ignore[arg-type]
    day = (localdate(at) + timedelta(days=1)).isoformat()
    promised = a_call(asked, unit, state="committed")
    here = promised.people.get().pk
    street: dict[str, object] = {"area_id": city.street.pk}
    return of_teams(city) | {
        "{area_id}/unit-plans": street,
        "POST /api/v1/areas/{area_id}/units": street,
        "{unit_plan_id}/publication": {"unit_plan_id": a_plan(city)},
        "{call_id}/commitment": {"call_id": a_call(asked, unit).pk},
        "{call_id}/refusal": {"call_id": a_call(asked, unit).pk},
        "{call_id}/arrivals": {"call_id": promised.pk, "deployed": [here]},
        "{deployed_id}/off": {"deployed_id": a_call(asked, unit).people.get().pk},
        "{deployed_id}/swap": {"deployed_id": a_call(asked, unit).people.get().pk},
        "{reinforcement_id}/arrivals": {"deployed": [a_call(asked, unit, state="committed").people.get().pk]},
        "{reinforcement_id}/offers": {"reinforcement_id": taking.pk, "offer": offered.pk},
        "{reinforcement_id}/upward": {"reinforcement_id": upward.pk},
        "{reinforcement_id}/end": {"reinforcement_id": ending.pk},
        "{community_id}/posts": {"kind": "lead_post", "name": "西门先锋岗"},
        "{named_post_id}/close": {"named_post_id": closing.pk},
        "{holding_id}/hand-over": {"holding_id": shifts[1].pk},
        "{holding_id}/end": {"holding_id": shifts[2].pk},
        "{community_id}/trainings": {"work": "sampling", "until": day},
        "{community_id}/policies": {"until": day},
    }
