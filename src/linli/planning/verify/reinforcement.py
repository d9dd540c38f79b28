"""What is wrong with a reinforcement, recomputed from the problem and its multipliers alone.

The certificate `multipliers` holds whole thousandths of the objective's unit:

    supply i8[d,s]  >= 0, worth of one more person of a department and skill
    skill  i8[k,s]  from 0 to what an unmet skill costs, worth of one more met

At these prices a district k may take, from each department, nobody or a group of
at least `least_group` people for `pair_cost`, each at

    minutes[d,k] + supply[d,s] - skill[k,s],

and pays `unmet_head` for each head still missing. Let best[k] be the least that
it can pay, found here one department after the other over the heads there are so
far. Whatever the plan, it then costs no less than

    sum best + sum skill * want_skill - sum supply * people there are,

rounded up, as all costs are whole: a plan pays at least that much even if people
could be sent twice and skills were only priced.
"""

from collections.abc import Iterator

import numpy as np

from linli.planning.reinforcement.plan import ReinforcementPlan
from linli.planning.reinforcement.problem import ReinforcementProblem

THOUSAND = 1_000
FAR = 2**61


def verify(problem: ReinforcementProblem, plan: ReinforcementPlan) -> list[str]:
    """What is wrong with a plan; empty when nothing is.

    Checks that the plan is one of this problem, keeps every rule, has the objective it claims, says what is short, and
    that its multipliers prove the bound it claims.
    """
    if plan.problem_digest != problem.digest:
        return ["the plan is of another problem"]
    wrong = list(_shapes(problem, plan))
    if wrong:
        return wrong
    sent = plan.sent.astype(np.int64)
    wrong += _feasibility(problem, sent)
    if wrong:
        return wrong
    objective, head, skill = _objective(problem, sent)
    if plan.objective != objective:
        wrong.append(f"claims the objective {plan.objective}, but it is {objective}")
    if (plan.shortage.head != head).any() or (plan.shortage.skill != skill).any():
        wrong.append("claims shortages that are not those of the plan")
    lacking = set(np.flatnonzero((head > 0) | (skill.sum(axis=1) > 0)).tolist())
    if set(plan.shortage.district.tolist()) != lacking or len(plan.shortage.district) != len(lacking):
        wrong.append("does not name the districts that lack something, each once")
    wrong += _bound(problem, plan)
    gap = (plan.objective - plan.bound) / max(1, abs(plan.objective))
    if not abs(plan.gap - gap) <= 1e-12:
        wrong.append(f"claims the gap {plan.gap}, but objective and bound make it {gap}")
    if plan.stopped_because == "optimal" and plan.objective != plan.bound:
        wrong.append("claims to be optimal, but the objective is above the bound")
    return wrong


def _shapes(problem: ReinforcementProblem, plan: ReinforcementPlan) -> Iterator[str]:
    departments, districts, skills = *problem.minutes.shape, problem.supply.shape[1]
    if plan.certificate is None or plan.certificate.name != "multipliers":
        yield "the certificate is not multipliers"
        return
    for name, array, shape in (
        ("sent", plan.sent, (departments, districts, skills)),
        ("supply prices", plan.certificate.supply, (departments, skills)),
        ("skill prices", plan.certificate.skill, (districts, skills)),
        ("short heads", plan.shortage.head, (districts,)),
        ("short skills", plan.shortage.skill, (districts, skills)),
    ):
        if array.shape != shape or array.dtype.kind != "i":
            yield f"{name}: whole numbers of shape {shape} are wanted, not {array.dtype} of {array.shape}"


def _feasibility(problem: ReinforcementProblem, sent: np.ndarray) -> Iterator[str]:
    if (sent < 0).any():
        yield "sends fewer than nobody"
        return
    over = sent.sum(axis=1) > problem.supply
    if over.any():
        d, s = np.argwhere(over)[0]
        yield f"department {d} sends {sent[d, :, s].sum()} people of skill {s}, but has {problem.supply[d, s]}"
    group = sent.sum(axis=2)
    small = (group > 0) & (group < problem.least_group)
    if small.any():
        d, k = np.argwhere(small)[0]
        yield f"department {d} sends {group[d, k]} to district {k}, but at least {problem.least_group} go, or nobody"


def _objective(problem: ReinforcementProblem, sent: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """What the plan costs; heads and skills that stay unmet."""
    group = sent.sum(axis=2)
    head = np.maximum(problem.want - group.sum(axis=0), 0)
    skill = np.maximum(problem.want_skill - sent.sum(axis=0), 0)
    cost = int((group * problem.minutes).sum()) + problem.pair_cost * int(np.count_nonzero(group))
    return cost + problem.unmet_head * int(head.sum()) + problem.unmet_skill * int(skill.sum()), head, skill


def _bound(problem: ReinforcementProblem, plan: ReinforcementPlan) -> Iterator[str]:
    supply, skill = plan.certificate.supply.astype(np.int64), plan.certificate.skill.astype(np.int64)
    limit = 2**40  # far above any cost allowed, far below what sums could overflow with
    if (supply < 0).any() or supply.max(initial=0) > limit:
        yield "a person's price is negative or beyond reason"
        return
    if (skill < 0).any() or (skill > THOUSAND * problem.unmet_skill).any():
        yield "a skill's price is not from 0 to what an unmet one costs"
        return
    total = int((skill * problem.want_skill).sum()) - int((supply * problem.supply).sum())
    one_by_one = problem.pair_cost == 0 and problem.least_group <= 1
    best = _one_by_one if one_by_one else _in_groups
    for k in range(len(problem.want)):
        each = THOUSAND * problem.minutes[:, k, None].astype(np.int64) + supply - skill[k]
        total += best(problem, int(problem.want[k]), each)
    proved = -(-total // THOUSAND)
    if plan.bound > proved:
        yield f"claims the bound {plan.bound}, but the multipliers prove only {proved}"


def _one_by_one(problem: ReinforcementProblem, want: int, each: np.ndarray) -> int:
    """The least a district pays where people come one by one: the cheapest, as long as they are worth it."""
    price, people = each.ravel(), problem.supply.ravel().astype(np.int64)
    order = np.argsort(price, kind="stable")
    price, upto = price[order], np.cumsum(people[order])
    free = price < 0  # so cheap that more may come than are wanted
    come = np.where(free, people[order], np.clip(want - (upto - people[order]), 0, people[order]))
    come = np.where(price < THOUSAND * problem.unmet_head, come, 0)
    missing = max(0, want - int(come.sum()))
    return int((come * price).sum()) + THOUSAND * problem.unmet_head * missing


def _in_groups(problem: ReinforcementProblem, want: int, each: np.ndarray) -> int:
    """The least a district pays where people come in groups, over the heads there are after each department."""
    least = max(1, problem.least_group)
    heads = np.arange(want + 1)
    pays = np.where(heads == 0, 0, FAR)
    for d in range(len(each)):
        order = np.argsort(each[d], kind="stable")
        group = np.cumsum(np.repeat(each[d][order], problem.supply[d][order])) + THOUSAND * problem.pair_cost
        after = pays.copy()
        for size in range(least, len(group) + 1):
            stay = max(0, want - size + 1)  # below it, all the group still counts
            exact = pays[:stay] + group[size - 1]
            after[size : size + stay] = np.minimum(after[size : size + stay], exact)
            after[want] = min(int(after[want]), int(pays[stay:].min(initial=FAR)) + int(group[size - 1]))
            if size > max(least, want) and group[size - 1] >= group[size - 2]:
                break  # whoever is more only costs more
        pays = after
    return int((pays + THOUSAND * problem.unmet_head * (want - heads)).min())
