"""Work units in the world of the scenes: asked, promised, arrived, declined, offered, and plans in each state."""

from datetime import timedelta

from django.test import Client

from linli.access.models import User
from linli.common.clock import now
from linli.events.models import Event
from linli.muster.models import Call, UnitPlan
from linli.muster.units import answering, arriving, asking, listing, planning, publishing
from linli.muster.units.sheet import Named
from linli.people.models import Organisation
from linli.places.models import Area
from tests.factories import caller_for, sign_in
from tests.muster.units.world import liaison_of, people, wanted

LONG_UNIT = "市经济和信息化局新经济发展委员会机关党委办公室"
BOTH_WAYS = ("乔两边", "13800006666")
"""Somebody who signed up at home too: name and phone."""


def work_units(
    event: Event, community: Area, street: Area, desk: User, commander: User
) -> tuple[dict[str, dict[str, str]], dict[str, object]]:
    """Cookies of the liaison, and ids of rows by what they are."""
    unit, other = (Organisation.objects.create(name=name, area=street) for name in (LONG_UNIT, "市图书馆"))
    speaks = liaison_of(unit, name="周联络")
    liaison, asks, plans, at = caller_for(speaks), caller_for(desk), caller_for(commander), now()
    rows: dict[str, object] = {}

    def planned(name: str) -> UnitPlan:
        plan = planning.begin(event, street, by=plans, at=now())
        rows[name] = plan.pk
        return plan

    failed = planned("unit_plan_failed")
    UnitPlan.objects.filter(pk=failed.pk).update(state="failed", failure="nothing_to_plan", finished_at=at)
    answering.say_free(event, unit, {None: 9, 0: 2, 1: 3}, by=liaison, at=at)

    def called(name: str, heads: int, skills: dict[int, int]) -> Call:
        facts = wanted(at, heads=heads, skills=skills)
        request = asking.ask(event, community, facts, by=asks, at=now())
        plan = planned(f"unit_plan_{name}")
        planning.work_out(plan)
        plan.refresh_from_db()
        publishing.publish(plan, by=plans, at=now())
        rows[f"request_{name}"] = request.pk
        call = Call.objects.select_related("organisation", "reinforcement").get(reinforcement=request)
        rows[f"call_{name}"] = call.pk
        return call

    promised = called("promised", 4, {1: 2})
    far = Named(4, "阿卜杜拉·买买提", "13712345678", 0b11)
    listing.name_people(promised, [*people(2), Named(3, *BOTH_WAYS, 0), far], by=liaison, at=now())
    answering.commit(promised, by=liaison, at=now())
    both, *others = promised.people.order_by("person").values_list("pk", flat=True)  # who was known before comes first
    arriving.arrive(promised, [both, others[0]], by=asks, at=now())
    arriving.release(promised, [others[0]], by=asks, at=now())
    asked = called("asked", 3, {})
    listing.name_people(asked, people(1, first=5), by=liaison, at=now())
    rows["deployed"] = asked.people.get().pk
    declined = called("declined", 2, {})
    answering.decline(declined, reason="人都在社区里了", by=liaison, at=now())
    answering.say_free(event, other, {None: 6}, by=plans, at=now())
    offer = answering.offer(event, unit, heads=2, since=at, until=at + timedelta(days=9), by=liaison, at=now())
    rows["call_offered"] = offer.pk
    proposed = planned("unit_plan")
    planning.work_out(proposed)
    planned("unit_plan_waiting")
    # What is as young as this counts as under way, whenever the walk comes to it.
    UnitPlan.objects.filter(pk=rows["unit_plan_waiting"]).update(asked_at=at + timedelta(hours=1))
    return {"liaison": {"sessionid": sign_in(Client(), speaks)}}, rows
