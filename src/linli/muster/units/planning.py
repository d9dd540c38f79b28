"""Working out which of an area's units go where: read, think with no transaction open, write the proposal down."""

from datetime import datetime

import numpy as np
from django.db import IntegrityError, transaction

from linli.common.caller import Caller
from linli.common.clock import now
from linli.custody import trail
from linli.events.models import Event
from linli.muster.models import UnitPlan, UnitPlanLine
from linli.muster.units import load as loading
from linli.muster.units import queries, rules
from linli.muster.units.errors import UnitPlanUnderWay
from linli.muster.units.load import Load
from linli.places.models import Area
from linli.planning import reinforcement
from linli.planning.reinforcement import ReinforcementPlan
from linli.planning.verify import reinforcement as verifier

BUDGET_S = 3.0
State = UnitPlan.State


@transaction.atomic
def begin(event: Event, area: Area, *, by: Caller, at: datetime) -> UnitPlan:
    """Ask which of an area's own units should go; a job works it out (``units.jobs``).

    Raises:
        NotYoursToDecide: the caller does not decide over that area's units.
        UnitPlanUnderWay: it is being worked out.
    """
    asked_by = queries.require_units(by, area.pk, at)
    under_way = UnitPlan.objects.filter(event=event, area=area, state__in=[State.WAITING, State.RUNNING])
    under_way.filter(asked_at__lt=at - rules.PATIENCE).update(state=State.FAILED, failure="stopped", finished_at=at)
    try:
        with transaction.atomic():
            plan = UnitPlan.objects.create(event=event, area=area, asked_by=asked_by, asked_at=at)
    except IntegrityError as error:
        if "unit_plan_one_at_a_time" not in str(error):
            raise
        raise UnitPlanUnderWay from error
    trail.record("unit_plan.asked", who=by, subject=f"unit_plan:{plan.pk}", at=at, area=area.pk)
    return plan


def work_out(plan: UnitPlan) -> None:
    """Run the planner for a plan that waits.

    Raises:
        NothingToPlan: nobody is short, or no unit has said whom it can send.
        PlanningError: the planner refused.
    """
    if not UnitPlan.objects.filter(pk=plan.pk, state=State.WAITING).update(state=State.RUNNING):
        return
    load = loading.read(plan, now())
    found = reinforcement.solve(load.problem, budget_s=BUDGET_S)
    _write(plan, load, found, verifier.verify(load.problem, found))


@transaction.atomic
def _write(plan: UnitPlan, load: Load, found: ReinforcementPlan, wrong: list[str]) -> None:
    # One that was given up meanwhile stays so.
    if not UnitPlan.objects.select_for_update().filter(pk=plan.pk, state=State.RUNNING).exists():
        return
    lines = [
        UnitPlanLine(
            plan=plan,
            reinforcement_id=load.requests[to],
            organisation_id=load.units[unit],
            skill=load.skills[skill],
            heads=int(found.sent[unit, to, skill]),
            minutes=int(load.problem.minutes[unit, to]),
        )
        for unit, to, skill in np.argwhere(found.sent > 0)
    ]
    UnitPlanLine.objects.bulk_create(lines)
    facts = {
        "state": State.PROPOSED,
        "finished_at": now(),
        "problem_digest": found.problem_digest,
        "objective": int(found.objective),
        "bound": int(found.bound),
        "summary": _summary(load, found, wrong),
    }
    UnitPlan.objects.filter(pk=plan.pk).update(**facts)
    plan.refresh_from_db()


def _summary(load: Load, found: ReinforcementPlan, wrong: list[str]) -> dict[str, object]:
    """What a desk wants to know of a proposal, as numbers."""
    problem, people = load.problem, found.sent.sum(axis=2)
    lacking = {str(skill): int(found.shortage.skill[:, at].sum()) for at, skill in enumerate(load.skills[:-1])}
    return {
        "people": int(people.sum()),
        "units": int((people.sum(axis=1) > 0).sum()),
        "pairs": int((people > 0).sum()),
        "wanted": int(problem.want.sum()),
        "free": int(problem.supply.sum()),
        "short": int(found.shortage.head.sum()),
        "short_skills": {skill: heads for skill, heads in lacking.items() if heads},
        "minutes": int((people * problem.minutes).sum()),
        "farthest": int(problem.minutes[people > 0].max()) if people.any() else 0,
        "gap": float(found.gap),
        "estimated": load.estimated,
        "wrong": wrong,
    }
