"""Publishing which units are asked: each becomes a call, on the condition that it was computed from."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from linli.common.caller import Caller
from linli.custody import trail
from linli.muster.models import Call, CallSkill, Reinforcement, UnitPlan, UnitPlanLine
from linli.muster.units import counting, queries, telling
from linli.muster.units.errors import UnitPlanNotReady, UnitPlanUnsound
from linli.people.models import Organisation

State, Outcome = UnitPlan.State, UnitPlanLine.Outcome


@transaction.atomic
def publish(plan: UnitPlan, *, by: Caller, at: datetime) -> dict[str, int]:
    """Ask the units of a proposal, by the name of whoever presses the button.

    A unit is asked where the request still is as short as that and the unit still has those people free; other lines
    are marked as overtaken and left for the next proposal. Returns how many people are "asked" for and how many are
    "overtaken".

    Raises:
        NotYoursToDecide: the caller does not decide over that area's units.
        UnitPlanUnsound: the verifier found something wrong with it.
        UnitPlanNotReady: it is not a finished proposal, or somebody was quicker.
    """
    account = queries.require_units(by, plan.area_id, at)
    if plan.summary.get("wrong"):
        raise UnitPlanUnsound
    ready = UnitPlan.objects.filter(pk=plan.pk, state=State.PROPOSED)
    if not ready.update(state=State.PUBLISHED, published_by=account, published_at=at):
        raise UnitPlanNotReady
    lines = list(plan.lines.order_by("reinforcement", "organisation"))
    requests = _hold_requests({line.reinforcement_id for line in lines})
    hold_units({line.organisation_id for line in lines})
    groups: dict[tuple[int, int], list[UnitPlanLine]] = defaultdict(list)
    for line in lines:
        groups[line.reinforcement_id, line.organisation_id].append(line)
    calls: list[Call] = []
    overtaken = 0
    for (to, unit), each in groups.items():
        heads = sum(line.heads for line in each)
        request = requests.get(to)
        holds = request is not None and _still(request, unit, each, heads, at)
        if request is not None and holds:
            calls.append(_ask(plan, request, unit, each, heads, account, at))
        else:
            overtaken += heads
        outcome = Outcome.PUBLISHED if holds else Outcome.OVERTAKEN
        UnitPlanLine.objects.filter(pk__in=[line.pk for line in each]).update(outcome=outcome)
    telling.tell_asked(calls, by=by, at=at)
    asked = sum(call.heads for call in calls)
    trail.record(
        "unit_plan.published",
        who=by,
        subject=f"unit_plan:{plan.pk}",
        at=at,
        area=plan.area_id,
        facts={"asked": asked, "overtaken": overtaken},
    )
    plan.refresh_from_db()
    return {"asked": asked, "overtaken": overtaken}


def hold_units(units: set[int]) -> None:
    """Let nobody else ask these units until this transaction is over."""
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk"))


def _hold_requests(requests: set[int]) -> dict[int, Reinforcement]:
    """Those that were not ended, held until the transaction is over."""
    held = Reinforcement.objects.select_for_update().filter(pk__in=requests, ended_at__isnull=True).order_by("pk")
    return {each.pk: each for each in held}


def _still(request: Reinforcement, unit: int, lines: list[UnitPlanLine], heads: int, at: datetime) -> bool:
    """Whether the request is short of as many, and the unit has these people free."""
    if request.during.upper <= at or counting.stands([request])[request.pk].short < heads:
        return False
    free = counting.free_of(request.event, [unit], at).get(unit, {})
    skilled = all(free.get(line.skill, 0) >= line.heads for line in lines if line.skill is not None)
    return skilled and sum(free.values()) >= heads


def _ask(
    plan: UnitPlan, request: Reinforcement, unit: int, lines: list[UnitPlanLine], heads: int, account: int, at: datetime
) -> Call:
    call = Call.objects.create(
        event=plan.event,
        organisation_id=unit,
        reinforcement=request,
        plan=plan,
        heads=heads,
        during=request.during,
        asked_by=account,
        asked_at=at,
    )
    CallSkill.objects.bulk_create(CallSkill(call=call, skill=line.skill, heads=line.heads) for line in lines)
    return call
