"""Why somebody is placed where they are: a few numbers kept with the line, told as sentences of places and needs.

Facts are ids of grids and whole numbers, as they were when the plan was made: `here`, heads and demand of the grid;
`moved_from` where a repair moved them; `only` where they serve in one grid alone; else `near`: the nearest grid that
asked, if it is nearer, with its metres, heads, demand, and what the whole plan would lose by having them there, at
least: the prices that prove a plan give no more than that, and often 0.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext, gettext_noop, ngettext

from linli.muster.load import Load
from linli.muster.rules import told_as
from linli.places.models import Area
from linli.planning import allocation as planning

INSTEAD = {
    "metres": gettext_noop("If you went there, at least {n} metres more would have to be walked in all."),
    "skill": gettext_noop("If you went there, a place for a skill would stay empty."),
    "place": gettext_noop("If you went there, a place that is needed more would stay empty."),
}


def facts_of(load: Load, plan: planning.AllocationPlan, people: np.ndarray, metres: np.ndarray) -> list[dict[str, Any]]:
    """For each of some people who are placed (rows of the load), who walk so far; all at once, without a query."""
    problem = load.problem
    heads = np.bincount(plan.grid[plan.grid >= 0], minlength=problem.n_grids)
    near, walk = planning.nearest_places(problem, people)
    prices = planning.prices_there(problem, plan, people, np.maximum(near, 0), walk)
    found = []
    for row, person in enumerate(people.tolist()):
        grid, other = int(plan.grid[person]), int(near[row])
        facts: dict[str, Any] = {"here": [int(heads[grid]), int(problem.want[grid])]}
        if 0 <= load.home[person] != grid:
            facts["moved_from"] = int(load.grids[load.home[person]])
        if problem.vol_only[person] >= 0:
            facts["only"] = True
        elif other >= 0 and other != grid and walk[row] < metres[row]:
            there = [int(walk[row]), int(heads[other]), int(problem.want[other]), max(0, int(prices[row]))]
            facts["near"] = [int(load.grids[other]), *there]
        found.append(facts)
    return found


def grids_in(all_facts: Iterable[Mapping[str, Any] | None]) -> set[int]:
    """Ids of the grids that facts name."""
    found = set()
    for facts in all_facts:
        if facts:
            found |= {facts["near"][0]} if "near" in facts else set()
            found |= {facts["moved_from"]} if "moved_from" in facts else set()
    return found


def names_of(all_facts: Iterable[Mapping[str, Any] | None]) -> dict[int, str]:
    """What those grids are called; one query."""
    return {grid.pk: grid.called for grid in Area.objects.filter(pk__in=grids_in(all_facts))}


def told(facts: Mapping[str, Any] | None, names: Mapping[int, str]) -> list[str]:
    """Facts as sentences to the person; none where none were kept."""
    if not facts:
        return []
    said = []
    if "moved_from" in facts:
        words = gettext("You were moved from {grid}, because you are needed more here.")
        said.append(words.format(grid=names.get(facts["moved_from"], "")))
    filled, asked = facts["here"]
    words = ngettext("This grid asked for {n} person.", "This grid asked for {n} people.", asked)
    said.append(words.format(n=f"{asked:,}"))
    if "only" in facts:
        return [*said, gettext("You serve only where you live, so no other grid was looked at.")]
    if "near" not in facts:
        return [*said, gettext("No grid that asks for people is nearer to you.")]
    return said + _nearer(facts["near"], filled, asked, names)


def _nearer(near: list[int], filled: int, asked: int, names: Mapping[int, str]) -> list[str]:
    """Why not in the nearer grid, and what would change it."""
    grid, metres, heads, want, price = near
    facts = {"grid": names.get(grid, ""), "metres": f"{metres:,}", "heads": f"{heads:,}", "want": f"{want:,}"}
    if heads >= want:
        why = gettext("{grid} is nearer, {metres} m from you, but there are already enough people there.")
        change = gettext("If {grid} asks for more people, you may be placed there next time.")
    else:
        facts |= {"filled": f"{filled:,}", "asked": f"{asked:,}"}
        why = gettext(
            "{grid} is nearer, {metres} m from you. "
            "It has {heads} of the {want} people it asked for, this grid {filled} of {asked}."
        )
        change = gettext("If more people sign up near here, you may be placed there next time.")
    said = [why.format(**facts)]
    if (instead := INSTEAD.get(told_as(price))) is not None:
        said.append(gettext(instead).format(n=f"{price:,}"))
    return [*said, change.format(**facts)]
