"""A repair as a page tells it: how many move and are called, chain by chain who and why, and what less would cost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from linli.common.caller import Caller
from linli.muster import stability
from linli.muster.models import Allocation
from linli.muster.movers import Mover, movers_of
from linli.muster.queries import sees_grids
from linli.muster.units.queries import first_leaves
from linli.muster.words import SKILL_WORDS
from linli.people.models import Skill
from linli.places.models import Area

CHAINS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Block:
    """Places filled in one grid, and why: one by a chain of people in this order, or some by people who are called."""

    grid: int
    name: str
    skill: str
    people: list[tuple[Mover, str, str]]
    why: list[str]
    chained: bool


def context_of(request: HttpRequest, caller: Caller, run: Allocation, at: datetime) -> dict[str, Any]:
    """What the page of a repair takes, beside what that of any proposal does."""
    facts: dict[str, Any] = run.summary
    chains = facts["chains"] if sees_grids(caller, run.area_id, at) else []
    page = Paginator(range(len(chains)), CHAINS_A_PAGE).get_page(request.GET.get("page"))
    return {
        "moved": facts["moved"],
        "called": facts["placed_new"],
        "short": facts["short"],
        "answer": _answer(facts["moved"], facts["placed_new"], facts["short"]),
        "changes": facts["moved"] + facts["placed_new"],
        "calm": run.mode == Allocation.Mode.CALM,
        "best": stability.is_best(run),
        "blocks": _blocks(caller, run, list(page), at) if chains else [],
        "chains_page": page,
        "prices": stability.prices_of(run),
        "others": _others(run, at),
    }


def _others(run: Allocation, at: datetime) -> str:
    """The other pool, where this one is done, places stay empty and somebody of it may be there; else nothing."""
    open_still = run.state == Allocation.State.PROPOSED and run.summary["moved"] + run.summary["placed_new"]
    if open_still or not run.summary["short"]:
        return ""
    if run.pool == Allocation.Pool.UNITS:
        return Allocation.Pool.RESIDENTS
    return Allocation.Pool.UNITS if first_leaves(run.event, run.area_id, at) is not None else ""


def _answer(moved: int, called: int, short: int) -> str:
    parts = [
        ngettext("{n} person would move", "{n} people would move", moved).format(n=f"{moved:,}"),
        ngettext("{n} would be called", "{n} would be called", called).format(n=f"{called:,}"),
        ngettext("{n} place stays empty", "{n} places stay empty", short).format(n=f"{short:,}"),
    ]
    return gettext(", ").join(parts)


def _blocks(caller: Caller, run: Allocation, numbers: list[int], at: datetime) -> list[Block]:
    movers = movers_of(caller, run, numbers, at)
    grids = {grid for people in movers.values() for one in people for grid in (one.to, one.gone_from) if grid}
    names = {area.pk: area.called for area in Area.objects.filter(pk__in=grids)}
    found: list[Block] = []
    for number in numbers:
        chain, people = run.summary["chains"][number], movers.get(number, [])
        if not people:
            continue
        told = [(one, names.get(one.gone_from or 0, ""), names.get(one.to, "")) for one in people]
        skill = gettext(SKILL_WORDS[Skill(people[0].skill)]) if people[0].skill is not None else ""
        block = Block(
            chain["grid"], names.get(chain["grid"], ""), skill, told, stability.why(chain, names), len(told) > 1
        )
        same = [
            each
            for each in found
            if not each.chained and (each.grid, each.skill, each.why) == (block.grid, skill, block.why)
        ]
        if same and not block.chained:  # called for the same reason to the same grid: told once
            same[0].people.extend(told)
        else:
            found.append(block)
    return found
