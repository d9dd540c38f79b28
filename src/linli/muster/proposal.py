"""A finished plan written down: its lines by COPY, and its summary in plain facts."""

import json
from collections import Counter
from collections.abc import Mapping

import numpy as np
from django.db import connection, transaction

from linli.common.clock import now
from linli.muster import why
from linli.muster.load import Load
from linli.muster.models import Allocation, Proposal
from linli.planning import allocation as planning

NEW = (
    "allocation_id, person_id, grid_id, skill, metres, estimated, "
    "why, demand_version, demand_generation, from_grid_id, from_generation, chain, outcome, overtaken_by"
)


@transaction.atomic
def write(
    run: Allocation,
    load: Load,
    plan: planning.AllocationPlan,
    wrong: list[str],
    chain_of: Mapping[int, int] | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Keep the proposal: one line for each person newly placed or moved; who stays where they are has no line.

    Args:
        chain_of: of a repair, the number of the chain in which somebody (a row of the load) comes or moves.
        facts: more for the summary.
    """
    Proposal.objects.filter(allocation=run).delete()
    new = np.flatnonzero((plan.grid >= 0) & (plan.grid != load.home))
    metres = walked(load, plan.grid, new)
    reasons = why.facts_of(load, plan, new, metres)
    skills = [load.quota_skills[role] if role >= 0 else None for role in plan.role[new]]
    with connection.cursor() as cursor, cursor.copy(f"COPY muster_proposal ({NEW}) FROM STDIN") as copy:
        for place, person in enumerate(new):
            grid, home = int(plan.grid[person]), int(load.home[person])
            moved = home >= 0
            copy.write_row(
                (
                    run.pk,
                    int(load.people[person]),
                    int(load.grids[grid]),
                    skills[place],
                    int(metres[place]),
                    bool(load.estimated_rows[person]),
                    json.dumps(reasons[place]),
                    int(load.versions[grid]),
                    int(load.generations[grid]),
                    int(load.grids[home]) if moved else None,
                    int(load.generations[home]) if moved else None,
                    (chain_of or {}).get(int(person)),
                    "open",
                    "",
                )
            )
    run.state = Allocation.State.PROPOSED
    run.finished_at = now()
    run.problem_digest = plan.problem_digest
    run.objective = int(plan.objective)
    run.bound = None if plan.bound is None else int(plan.bound)
    run.proved = not wrong and plan.bound is not None and plan.bound == plan.objective
    run.summary = summary_of(load, plan, wrong, metres) | dict(facts or {})
    run.save()


def walked(load: Load, grid: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Metres from where some people live to their grids of all, i8[k]; recomputed from the problem."""
    problem = load.problem
    if problem.vol_xy is not None and problem.grid_xy is not None:
        shift = problem.vol_xy[people] - problem.grid_xy[grid[people]]
        return np.rint(np.hypot(shift[:, 0], shift[:, 1])).astype(np.int64)
    assert problem.arc_vol is not None
    assert problem.arc_grid is not None
    assert problem.arc_m is not None
    metres = {
        (int(person), int(there)): int(length)
        for person, there, length in zip(problem.arc_vol, problem.arc_grid, problem.arc_m, strict=True)
        if grid[person] == there
    }
    return np.array([metres.get((int(person), int(grid[person])), 0) for person in people], np.int64)


def summary_of(load: Load, plan: planning.AllocationPlan, wrong: list[str], metres: np.ndarray) -> dict[str, object]:
    """What a desk wants to know of a proposal, as numbers; the sentences are made by the faces."""
    problem = load.problem
    placed = np.bincount(plan.grid[plan.grid >= 0], minlength=problem.n_grids)
    short = np.maximum(problem.want - placed, 0)
    order = np.argsort(placed / np.maximum(problem.want, 1), kind="stable")
    worst = [
        {"grid": int(load.grids[row]), "want": int(problem.want[row]), "placed": int(placed[row])}
        for row in order[:20]
        if short[row] > 0
    ]
    return {
        "people": problem.n_people,
        "placed_new": int(((plan.grid >= 0) & (load.home < 0)).sum()),
        "moved": int(((plan.grid >= 0) & (load.home >= 0) & (plan.grid != load.home)).sum()),
        "pinned": int(((load.home >= 0) & (plan.grid == load.home)).sum()),
        "grids": problem.n_grids,
        "grids_served": int((placed > 0).sum()),
        "wanted": int(problem.want.sum()),
        "short": int(short.sum()),
        "grids_short": int((short > 0).sum()),
        "short_skills": _short_skills(load, plan),
        "worst": worst,
        "unplaced": dict(_why_unplaced(load, plan, placed)),
        "unavailable": load.unavailable,
        "elsewhere": load.elsewhere,
        "estimated": load.estimated,
        "metres_median": int(np.median(metres)) if len(metres) else 0,
        "metres_most": int(metres.max()) if len(metres) else 0,
        "wrong": wrong,
        "certificate": plan.certificate.name,
        "seconds": plan.seconds,
    }


def _short_skills(load: Load, plan: planning.AllocationPlan) -> dict[str, int]:
    """Places for a skill that stay empty, by the skill's number."""
    short = {}
    for column, skill in enumerate(load.quota_skills):
        filled = np.bincount(plan.grid[plan.role == column], minlength=load.problem.n_grids)
        missing = int(np.maximum(load.problem.quota[:, column] - filled, 0).sum())
        if missing:
            short[str(skill)] = missing
    return short


def _why_unplaced(load: Load, plan: planning.AllocationPlan, placed: np.ndarray) -> Counter[str]:
    """Why people stay unplaced: nobody asks within reach, or everything within reach is full."""
    problem = load.problem
    left = np.flatnonzero(plan.grid < 0)
    reasons: Counter[str] = Counter()
    if problem.vol_xy is not None and problem.grid_xy is not None:
        from scipy.spatial import cKDTree

        # The nearest grid within reach says whether anybody asks there at all.
        near, _ = cKDTree(problem.grid_xy).query(problem.vol_xy[left], distance_upper_bound=problem.reach_m)
        reasons["out_of_reach"] = int(np.isinf(near).sum())
    else:
        with_arcs = np.zeros(problem.n_people, bool)
        with_arcs[problem.arc_vol] = True
        reasons["out_of_reach"] = int((~with_arcs[left]).sum())
    reasons["all_full"] = len(left) - reasons["out_of_reach"]
    return +reasons
