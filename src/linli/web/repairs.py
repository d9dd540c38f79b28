"""A repair as a page tells it: how many move and are called, chain by chain who and why, and what less would cost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop, ngettext

from linli.common.caller import Caller
from linli.muster.models import Allocation
from linli.muster.movers import Mover, movers_of
from linli.muster.queries import sees_grids
from linli.muster.rules import told_as
from linli.muster.words import SKILL_WORDS
from linli.people.models import Skill
from linli.places.models import Area

CHAINS_A_PAGE = 50
WITHOUT = {
    "metres": gettext_noop("If nobody moved, {n} metres more would be walked for it."),
    "skill": gettext_noop("If nobody moved, a place for somebody with a skill would stay empty."),
    "place": gettext_noop("If nobody moved, a place would stay empty that is needed more than the one given up."),
}
PRICES = {
    "nothing": gettext_noop("as good as the best"),
    "metres": gettext_noop("{n} metres more to walk"),
    "skill": gettext_noop("fewer places for a skill are filled"),
    "place": gettext_noop("grids that are served worst get less"),
}
LIMITS = {
    0: gettext_noop("nobody"),
    1: gettext_noop("at most 1"),
    2: gettext_noop("at most 2"),
    3: gettext_noop("at most 3"),
    None: gettext_noop("as many as the best arrangement needs"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """Places filled in one grid, and why: one by a chain of people in this order, or some by people who are called."""

    grid: int
    name: str
    skill: str
    people: list[tuple[Mover, str, str]]
    why: list[str]
    chained: bool


@dataclass(frozen=True, slots=True)
class Price:
    """One price of stability: how many may move, how many then do, and what that leaves undone."""

    limit: str
    moves: int
    called: int
    short: int
    words: str
    chosen: bool


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
        "best": facts["alternatives"][-1]["costs"] == _chosen(run)["costs"],
        "blocks": _blocks(caller, run, list(page), at) if chains else [],
        "chains_page": page,
        "prices": [_price(row, run) for row in facts["alternatives"]],
    }


def _answer(moved: int, called: int, short: int) -> str:
    parts = [
        ngettext("{n} person would move", "{n} people would move", moved).format(n=f"{moved:,}"),
        ngettext("{n} would be called", "{n} would be called", called).format(n=f"{called:,}"),
        ngettext("{n} place stays empty", "{n} places stay empty", short).format(n=f"{short:,}"),
    ]
    return gettext(", ").join(parts)


def _chosen(run: Allocation) -> dict[str, Any]:
    """The price of stability that this repair has."""
    rows = run.summary["alternatives"]
    return rows[-1] if run.mode == Allocation.Mode.EXACT else rows[-2]


def _price(row: dict[str, Any], run: Allocation) -> Price:
    most, told = row["most"], PRICES[told_as(row["costs"])]
    words = gettext(told).format(n=f"{row['costs']:,}")
    chosen = most == _chosen(run)["most"]
    return Price(gettext(LIMITS[most]), row["moves"], row["called"], row["short"], words, chosen)


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
        block = Block(chain["grid"], names.get(chain["grid"], ""), skill, told, _why(chain, names), len(told) > 1)
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


def _why(chain: dict[str, Any], names: dict[int, str]) -> list[str]:
    """Why it is filled in this way, as sentences; of places and metres only."""
    told = []
    if chain["gives"] is not None:
        told.append(gettext("{grid} has one fewer then.").format(grid=names.get(chain["gives"], "")))
    if chain["round"]:
        told.append(gettext("They change places, and every grid keeps as many as it has."))
    if chain["alone"] is None:
        metres = chain["metres"]
        if chain["round"] or chain["gives"] is not None or chain["steps"] > 1:
            words = (
                gettext("In all, {n} metres fewer are walked.")
                if metres < 0
                else gettext("In all, {n} metres more are walked.")
            )
            told.append(words.format(n=f"{abs(metres):,}"))
        return told
    saved = told_as(chain["alone"] - chain["cost"])
    if saved in WITHOUT:
        told.append(gettext(WITHOUT[saved]).format(n=f"{chain['alone'] - chain['cost']:,}"))
    elif chain["steps"] == 1 and chain["gives"] is None:
        told.append(gettext("Nobody else moves for it."))
    return told
