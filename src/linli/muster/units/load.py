"""What an area's units can send and what is asked of it, as arrays for the planner; few queries, nothing held open."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Avg

from linli.muster.models import Reinforcement, UnitPlan
from linli.muster.units import counting, queries, rules
from linli.muster.units.errors import NothingToPlan
from linli.places.models import Area, Within
from linli.planning.reinforcement import ReinforcementProblem

_METRES = math.pi * 6371008.8 / 180.0


@dataclass(frozen=True, slots=True)
class Load:
    """The problem, and what its rows stand for.

    Attributes:
        units: ids of work units, by row; requests: ids of requests, by column.
        skills: of each column of people: a skill, or None for everybody else.
        estimated: whether a way is stated because a place has no point.
    """

    problem: ReinforcementProblem
    units: list[int]
    requests: list[int]
    skills: list[int | None]
    estimated: bool


def open_requests(plan: UnitPlan, at: datetime) -> list[Reinforcement]:
    """Requests that were made of an area and are neither ended nor over, oldest first."""
    found = Reinforcement.objects.filter(
        event=plan.event_id, asked_of=plan.area_id, ended_at__isnull=True, during__endswith__gt=at
    )
    return list(found.select_related("area").prefetch_related("skills").order_by("pk"))


def read(plan: UnitPlan, at: datetime) -> Load:
    """The problem as the database states it now.

    Raises:
        NothingToPlan: nobody is short, or no unit has said whom it can send.
    """
    requests = open_requests(plan, at)
    stands = counting.stands(requests)
    requests = [each for each in requests if stands[each.pk].short]
    units = list(queries.units_of(plan.area_id).select_related("area"))
    free = counting.free_of(plan.event, [unit.pk for unit in units], at)
    units = [unit for unit in units if free.get(unit.pk)]
    if not requests or not units:
        raise NothingToPlan
    short = [stands[each.pk].short for each in requests]
    wanted = counting.short_skills(requests)
    asked = sorted({skill for each in requests for skill, heads in wanted[each.pk].items() if heads})
    skills: list[int | None] = [*asked, None]
    minutes, estimated = _minutes([unit.area for unit in units], [each.area for each in requests], at)
    problem = ReinforcementProblem(
        supply=np.array([_supply(free[unit.pk], skills) for unit in units], np.int32),
        want=np.array(short, np.int32),
        want_skill=np.array(
            [_quota(wanted[each.pk], skills, heads) for each, heads in zip(requests, short, strict=True)], np.int32
        ),
        minutes=minutes,
        unmet_head=rules.UNMET_HEAD,
        unmet_skill=rules.UNMET_SKILL,
        pair_cost=rules.PAIR_COST,
        least_group=1,
    )
    return Load(problem, [unit.pk for unit in units], [each.pk for each in requests], skills, estimated)


def _supply(free: Mapping[int | None, int], skills: Sequence[int | None]) -> list[int]:
    """People of each column; who has a skill that nobody asks for is as good as anybody else."""
    named = [free.get(skill, 0) for skill in skills[:-1]]
    rest = sum(heads for skill, heads in free.items() if skill not in skills[:-1])
    return [min(heads, rules.MOST_HEADS) for heads in (*named, rest)]


def _quota(wanted: Mapping[int, int], skills: Sequence[int | None], heads: int) -> list[int]:
    return [min(wanted.get(skill, 0) if skill is not None else 0, heads) for skill in skills]


def _minutes(units: Sequence[Area], areas: Sequence[Area], at: datetime) -> tuple[np.ndarray, bool]:
    """i4[d,k]: travel of one person from each unit's area to each area that asks; whether any of it is stated."""
    points = _points([*units, *areas], at)
    table = np.full((len(units), len(areas)), rules.STATED_MINUTES, np.int32)
    estimated = False
    for row, unit in enumerate(units):
        for column, area in enumerate(areas):
            here, there = points.get(unit.pk), points.get(area.pk)
            if here is None or there is None:
                estimated = True
            else:
                table[row, column] = rules.minutes_for(_straight(here, there))
    return table, estimated


def _straight(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Metres of the straight line between two points (longitude, latitude)."""
    east = (there[0] - here[0]) * _METRES * math.cos(math.radians((here[1] + there[1]) / 2))
    return math.hypot(east, (there[1] - here[1]) * _METRES)


def _points(areas: Collection[Area], at: datetime) -> dict[int, tuple[float, float]]:
    """Each area's point: its own, else the middle of those of the areas in it. One query."""
    found = {area.pk: (area.lon, area.lat) for area in areas if area.lon is not None and area.lat is not None}
    missing = [area.pk for area in areas if area.pk not in found]
    inside = Within.objects.filter(outer__in=missing, during__contains=at, inner__lon__isnull=False)
    middles = inside.values("outer").annotate(lon=Avg("inner__lon"), lat=Avg("inner__lat"))
    return found | {row["outer"]: (row["lon"], row["lat"]) for row in middles}
