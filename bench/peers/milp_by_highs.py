"""HiGHS alone on the whole problem, as a mixed-integer program, by way of scipy."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from linli.planning.reinforcement import ReinforcementProblem

NAME = "HiGHS"


def solved(problem: ReinforcementProblem, budget_s: float) -> tuple[float | None, float | None]:
    """The objective and the bound that HiGHS has after its budget; None where it has none."""
    (departments, districts), skills = problem.minutes.shape, problem.supply.shape[1]
    pairs, people = departments * districts, departments * districts * skills
    group = max(1, problem.least_group)
    d, k, s = (axis.ravel() for axis in np.indices((departments, districts, skills)))
    most = np.minimum(
        problem.supply[:, None, :],
        np.maximum(np.maximum(problem.want, problem.want_skill.sum(axis=1)), group)[None, :, None],
    ).ravel()
    pair, each = d * districts + k, np.arange(people)
    use = people + np.arange(pairs)
    head, lack = people + pairs + np.arange(districts), people + pairs + districts + np.arange(districts * skills)
    cost = np.concatenate([
        problem.minutes.repeat(skills), np.full(pairs, problem.pair_cost),
        np.full(districts, problem.unmet_head), np.full(districts * skills, problem.unmet_skill),
    ]).astype(float)  # fmt: skip
    columns = len(cost)

    def rows(row: list, column: list, value: list, count: int) -> coo_array:
        parts = (np.concatenate(part) for part in (value, row, column))
        values, at, of = parts
        return coo_array((values, (at, of)), shape=(count, columns))

    ones, kinds = np.ones(people), districts * skills
    constraints = [
        LinearConstraint(rows([d * skills + s], [each], [ones], departments * skills), ub=problem.supply.ravel()),
        LinearConstraint(rows([k, np.arange(districts)], [each, head], [ones, np.ones(districts)], districts),
                         lb=problem.want),
        LinearConstraint(rows([k * skills + s, np.arange(kinds)], [each, lack], [ones, np.ones(kinds)], kinds),
                         lb=problem.want_skill.ravel()),
        LinearConstraint(rows([each, each], [each, use[pair]], [ones, -1.0 * most], people), ub=0),
        LinearConstraint(rows([pair, np.arange(pairs)], [each, use], [ones, np.full(pairs, -group)], pairs), lb=0),
    ]  # fmt: skip
    whole = np.concatenate([np.ones(people + pairs), np.zeros(districts + kinds)])
    above = np.where(np.arange(columns) < people, np.inf, np.where(whole == 1, 1.0, np.inf))
    found = milp(
        cost, constraints=constraints, bounds=Bounds(0, above), integrality=whole, options={"time_limit": budget_s}
    )
    plan = None if found.x is None else float(found.fun)
    bound = None if found.mip_dual_bound is None else float(found.mip_dual_bound)
    return plan, bound
