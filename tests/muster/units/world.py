"""A street on top with two communities and two work units, for tests of who is asked for people. All made up.

made = units_world()     the units belong to the street, each with a liaison; the desk of community 0 asks
request = wants(made, heads=3)
call = called(made, request)     the first unit is asked for those, as a publication would leave it
named(call, made, n)     n people of the unit named for the call
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.access.models import RoleGrant, User
from linli.common.caller import Caller
from linli.common.clock import now
from linli.muster.models import Call, Deployed, Reinforcement
from linli.muster.units import answering, arriving, asking, listing, planning, publishing
from linli.muster.units.asking import Wanted
from linli.muster.units.sheet import Named
from linli.people.models import Organisation
from tests.factories import FOUNDED, TinyCity, caller_for, tiny_city, user_with_role

NAMES = "赵钱孙李周吴郑王冯陈"


@dataclass(frozen=True, slots=True)
class UnitsWorld:
    """Who takes part: the desk that asks, city command of the street, two units, each with a liaison."""

    city: TinyCity
    desk: Caller
    command: Caller
    units: list[Organisation]
    liaisons: list[Caller]


def units_world() -> UnitsWorld:
    """Nobody is asked for yet; each unit says that it has five people, two of them drivers."""
    city = tiny_city()
    units = [Organisation.objects.create(name=name, area=city.street) for name in ("第一机关", "第二机关")]
    made = UnitsWorld(
        city,
        caller_for(user_with_role("community_desk", city.communities[0])),
        caller_for(user_with_role("city", city.street)),
        units,
        [caller_for(liaison_of(unit)) for unit in units],
    )
    for unit, liaison in zip(units, made.liaisons, strict=True):
        answering.say_free(city.event, unit, {None: 3, 1: 2}, by=liaison, at=now())
    return made


def liaison_of(unit: Organisation, *, name: str = "") -> User:
    """An account that speaks for a unit."""
    user = User.objects.create(
        username=f"liaison{unit.pk}", display_name=name or f"liaison {unit.pk}", demo=True, created_at=FOUNDED
    )
    RoleGrant.objects.create(user=user, role="liaison", area=unit.area_id, organisation=unit.pk, since=FOUNDED)
    return user


def wanted(at: datetime, **said: Any) -> Wanted:
    """What a request says, from tomorrow for three days; `said` goes before."""
    facts: dict[str, Any] = {
        "heads": 3,
        "since": at + timedelta(days=1),
        "until": at + timedelta(days=4),
        "meet": "青松社区东门",
        "receiver": "李值班",
        "receiver_phone": "028-8765 4321",
        "answer_by": at + timedelta(hours=4),
        "bring": "雨衣",
    }
    return Wanted(**(facts | said))


def wants(made: UnitsWorld, **said: Any) -> Reinforcement:
    """A request of community 0, by its desk."""
    at = now()
    return asking.ask(made.city.event, made.city.communities[0], wanted(at, **said), by=made.desk, at=at)


def planned(made: UnitsWorld) -> Any:
    """Which of the street's units should go, worked out."""
    plan = planning.begin(made.city.event, made.city.street, by=made.command, at=now())
    planning.work_out(plan)
    plan.refresh_from_db()
    return plan


def called(made: UnitsWorld, request: Reinforcement) -> Call:
    """The call that a plan makes of a request which one unit can serve."""
    publishing.publish(planned(made), by=made.command, at=now())
    return Call.objects.select_related("organisation", "reinforcement").get(reinforcement=request)


def liaison_for(made: UnitsWorld, call: Call) -> Caller:
    """Who speaks for the unit of a call."""
    return made.liaisons[[unit.pk for unit in made.units].index(call.organisation_id)]


def people(heads: int, *, first: int = 0) -> list[Named]:
    """People as a unit names them."""
    return [
        Named(n + 1, f"{NAMES[n % 10]}志{'一二三四五六七八九十'[n // 10 % 10]}", f"139{n:08d}", 0)
        for n in range(first, first + heads)
    ]


def committed(made: UnitsWorld, request: Reinforcement, heads: int = 3) -> tuple[Call, list[Deployed]]:
    """A call whose unit has promised people by name."""
    call = called(made, request)
    liaison = liaison_for(made, call)
    listing.name_people(call, people(heads), by=liaison, at=now())
    answering.commit(call, by=liaison, at=now())
    call.refresh_from_db()
    return call, list(call.people.select_related("call__organisation").order_by("pk"))


def arrived(made: UnitsWorld, call: Call, *, at: datetime | None = None) -> None:
    """Everybody of a call ticked off by the desk."""
    arriving.arrive(call, list(call.people.values_list("pk", flat=True)), by=made.desk, at=at or now())
