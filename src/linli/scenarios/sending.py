"""Work units that send people, step by step as those concerned would take them: enter, ask, plan, send, receive."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from linli.access.actions import TERMINAL, create_staff, grant_role
from linli.access.callers import grants_in_force
from linli.access.models import User
from linli.common.caller import Caller
from linli.common.clock import now
from linli.events.models import Event
from linli.muster.models import Call, Deployed, Reinforcement, ReinforcementSkill, UnitPlan
from linli.muster.units import answering, arriving, asking, listing, planning, publishing
from linli.muster.units.sheet import Named
from linli.people import actions as people
from linli.people.models import Organisation, Skill
from linli.places.models import Area, Level
from linli.scenarios.accounts import desk_of, staff
from linli.simulation.units import Unit, Units

LASTS = timedelta(days=7)
SKILLS_PERCENT = {Skill.MEDICAL: 10, Skill.DRIVER: 15, Skill.ELDER_CARE: 5}
"""Assumed: of the people an area asks for, how many should bring each skill."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Units in the product, by id, with what the simulation drew for each."""

    units: Units
    by_id: Mapping[int, Unit]


def liaison_of(unit: Organisation) -> Caller:
    """The liaison of a work unit, made where there is none yet."""
    at, name = now(), f"unit-{unit.pk}"
    user = User.objects.filter(username=name).first()
    if user is None:
        user = create_staff(name, display_name=f"{unit.name} 联络员", password=None, demo=True, by=TERMINAL, at=at)
        grant_role("liaison", user=user, area=unit.area_id, organisation=unit.pk, by=TERMINAL, at=at)
    return Caller(user=user.pk, grants=grants_in_force(now(), user=user.pk))


def command_of(area: Area) -> Caller:
    """Whoever decides over an area and asks for it."""
    if area.level == Level.COMMUNITY:
        return desk_of(area)
    role = "district" if area.level == Level.DISTRICT else "street"
    return staff(f"{role}-{area.pk}", f"{area.name} 指挥部", role, area.pk)


def enter(event: Event, units: Units, command: Caller) -> Entered:
    """Each unit says whom it could send."""
    areas, found = Area.objects.in_bulk(sorted({unit.area for unit in units.units})), {}
    for unit in units.units:
        kept = people.add_organisation(unit.name, areas[unit.area], by=command, at=now())
        heads: dict[int | None, int] = defaultdict(int)
        for row in unit.people.tolist():
            heads[_skill_of(int(units.skills[row]))] += 1
        answering.say_free(event, kept, heads, by=liaison_of(kept), at=now())
        found[kept.pk] = unit
    return Entered(units, found)


def ask(event: Event, area: Area, heads: int) -> Reinforcement:
    """An area asks the level above for people."""
    at = now()
    wanted = asking.Wanted(
        heads=heads,
        since=at,
        until=at + LASTS,
        meet=f"{area.name} 指挥部门口",
        receiver="王值班",
        receiver_phone=f"028{area.pk:08d}",
        answer_by=at + timedelta(hours=6),
        bring="身份证、口罩",
        skills={int(skill): many for skill, percent in SKILLS_PERCENT.items() if (many := heads * percent // 100)},
    )
    return asking.ask(event, area, wanted, by=command_of(area), at=at)


def plan_over(event: Event, area: Area, by: Caller) -> UnitPlan:
    """Whoever decides over an area's units has it worked out who goes where, and publishes it."""
    plan = planning.begin(event, area, by=by, at=now())
    planning.work_out(plan)
    plan.refresh_from_db()
    publishing.publish(plan, by=by, at=now())
    return plan


def send(plan: UnitPlan, entered: Entered) -> None:
    """Each liaison names the people asked for, by what they can do, and promises them."""
    of_requests = ReinforcementSkill.objects.filter(reinforcement__asked_of=plan.area_id)
    wanted, units = set(of_requests.values_list("skill", flat=True)), entered.units
    left: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    for number, unit in entered.by_id.items():
        for row in reversed(unit.people.tolist()):
            left[number, _counts_as(int(units.skills[row]), wanted)].append(row)
    calls = Call.objects.filter(plan=plan).select_related("organisation").prefetch_related("skills")
    for call in calls.order_by("pk"):
        liaison, chosen = liaison_of(call.organisation), []
        for part in call.skills.all():
            able = left[call.organisation_id, part.skill]
            chosen += [able.pop() for _ in range(min(part.heads, len(able)))]
        listing.name_people(call, [_named(units, row) for row in chosen], by=liaison, at=now())
        answering.commit(call, by=liaison, at=now())


def receive(plan: UnitPlan) -> None:
    """Everybody promised arrives where they were asked for, and is ticked off."""
    committed = Call.objects.filter(plan=plan, state=Call.State.COMMITTED)
    for call in committed.select_related("reinforcement__area").order_by("pk"):
        assert call.reinforcement is not None
        rows = Deployed.objects.filter(call=call, state=Deployed.State.LISTED).values_list("pk", flat=True)
        arriving.arrive(call, list(rows), by=command_of(call.reinforcement.area), at=now())


def _skill_of(mask: int) -> int | None:
    """For what somebody counts: the first of the skills asked for that they have."""
    return next((int(skill) for skill in SKILLS_PERCENT if mask >> skill & 1), None)


def _counts_as(mask: int, wanted: set[int]) -> int | None:
    """For which skill somebody is sent; who has one that nobody asks for is as good as anybody else."""
    skill = _skill_of(mask)
    return skill if skill in wanted else None


def _named(units: Units, row: int) -> Named:
    return Named(row, str(units.name[row]), units.phone[row].decode(), int(units.skills[row]))
