"""How requests stand, and whom units have free, counted from the rows in a few queries for any number of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from linli.events.models import Event
from linli.muster.models import Call, CallSkill, Deployed, Reinforcement, UnitFree

LIVE = (Call.State.ASKED, Call.State.COMMITTED)
ON_LIST = (Deployed.State.LISTED, Deployed.State.ARRIVED)


@dataclass(frozen=True, slots=True)
class Stand:
    """How a request stands, in people; what was asked of the level above stands with it.

    Attributes:
        asked: by units that have not answered; committed: promised by name; passed_on: asked of the level above.
        named: on units' lists, arrived ones among them; arrived: here now; short: asked of nobody.
    """

    heads: int
    asked: int
    committed: int
    passed_on: int
    named: int
    arrived: int

    @property
    def short(self) -> int:
        return max(0, self.heads - self.asked - self.committed - self.passed_on)


def stands(requests: Collection[Reinforcement]) -> dict[int, Stand]:
    """How each of some requests stands; three queries for any number of them."""
    ids = [each.pk for each in requests]
    calls = Call.objects.filter(reinforcement__in=ids).values("reinforcement")
    sums: dict[int, Any] = {
        row["reinforcement"]: row
        for row in calls.annotate(
            asked=Sum("heads", filter=Q(state=Call.State.ASKED), default=0),
            sent=Sum("committed", filter=Q(state=Call.State.COMMITTED), default=0),
        )
    }
    upward = Reinforcement.objects.filter(came_from__in=ids, ended_at__isnull=True).values_list("came_from", "heads")
    passed = dict(upward)
    people = Deployed.objects.filter(call__reinforcement__in=ids, state__in=ON_LIST).values("call__reinforcement")
    counted: dict[int, Any] = {
        row["call__reinforcement"]: row
        for row in people.annotate(named=Count("pk"), here=Count("pk", filter=Q(state=Deployed.State.ARRIVED)))
    }
    return {
        each.pk: Stand(
            heads=each.heads,
            asked=sums.get(each.pk, {}).get("asked", 0),
            committed=sums.get(each.pk, {}).get("sent", 0),
            passed_on=passed.get(each.pk, 0),
            named=counted.get(each.pk, {}).get("named", 0),
            arrived=counted.get(each.pk, {}).get("here", 0),
        )
        for each in requests
    }


def short_skills(requests: Collection[Reinforcement]) -> dict[int, dict[int, int]]:
    """For each request, how many with each skill nobody has been asked for yet; three queries."""
    left: dict[int, dict[int, int]] = {each.pk: {} for each in requests}
    for each in requests:
        for row in each.skills.all():
            left[each.pk][row.skill] = row.heads
    lines = CallSkill.objects.filter(call__reinforcement__in=left, call__state__in=LIVE, skill__isnull=False)
    upward = Reinforcement.objects.filter(came_from__in=left, ended_at__isnull=True)
    taken = [
        *lines.values_list("call__reinforcement", "skill", "heads"),
        *upward.filter(skills__isnull=False).values_list("came_from", "skills__skill", "skills__heads"),
    ]
    for request, skill, heads in taken:
        if request is not None and skill in left[request]:
            left[request][skill] = max(0, left[request][skill] - heads)
    return left


def free_of(event: Event, organisations: Collection[int], at: datetime) -> dict[int, dict[int | None, int]]:
    """People each unit says it can send, by skill, less those whom it is asked for or sends now; two queries."""
    left: dict[int, dict[int | None, int]] = defaultdict(dict)
    said = UnitFree.objects.filter(event=event, organisation__in=organisations)
    for unit, skill, heads in said.values_list("organisation", "skill", "heads"):
        left[unit][skill] = heads
    asked = CallSkill.objects.order_by("skill").filter(
        call__event=event,
        call__organisation__in=organisations,
        call__state__in=[*LIVE, Call.State.OFFERED],
        call__during__endswith__gt=at,
    )
    for unit, skill, heads in asked.values_list("call__organisation", "skill", "heads"):
        _take(left[unit], skill, heads)
    return {unit: {skill: heads for skill, heads in by.items() if heads} for unit, by in left.items()}


def _take(free: dict[int | None, int], skill: int | None, heads: int) -> None:
    """Take people of one skill; where these do not do, of no skill, then whoever is left."""
    for each in dict.fromkeys([skill, None, *sorted(key for key in free if key is not None)]):
        taken = min(heads, free.get(each, 0))
        if taken:
            free[each] -= taken
            heads -= taken
