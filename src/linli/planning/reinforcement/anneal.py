"""Plans by annealing: two departments change places in two districts, again and again, ever less often for the worse.

A table of heads has a row for each department and one for nobody, a column for each district and one for home. Rows
add up to the people there are, columns to what is wanted and a little more, of which nobody may stand in at no cost. So
every change is a square: t heads leave (a, x) for (a, y) and t leave (b, y) for (b, x). Groups stay as large as they
must be throughout; skills are carried along and priced.

Source: Kirkpatrick, Gelatt and Vecchi 1983.
"""

import numpy as np

from linli.planning.frame import kernel
from linli.planning.reinforcement.problem import ReinforcementProblem

NEAREST = 12
"""Districts that a department is tried in, its nearest ones; all where there are no more."""

COOLING = 60
"""How much colder a run ends than it begins."""


class Table:
    """A plan that is changed in place, and the best there was.

    Attributes:
        people: i8[d,k+1,s], the last column at home. heads: i8[d+1,k+1], the last row nobody.
        got: i8[k,s], skills there are. best: i8[d,k,s] and best_cost, of the best plan so far.
    """

    def __init__(self, problem: ReinforcementProblem) -> None:
        departments, districts, skills = problem.sizes
        self._problem = problem
        group = max(1, problem.least_group)
        self._spare = np.maximum(0, problem.want_skill.sum(axis=1, dtype=np.int64) - problem.want) + group - 1
        self.people = np.zeros((departments, districts + 1, skills), np.int64)
        self.people[:, districts] = problem.supply
        self.heads = np.zeros((departments + 1, districts + 1), np.int64)
        self.heads[:departments, districts] = problem.supply.sum(axis=1)
        self.heads[departments, :districts] = problem.want + self._spare
        order = np.argsort(problem.minutes.ravel(), kind="stable")
        _fill(self.people, self.heads, order, self._spare, group)
        self.got = self.people[:, :districts].sum(axis=0)
        self.cost = self.best_cost = cost_of(problem, self.people[:, :districts])
        self.best = self.people[:, :districts].copy()
        self.hot = 1.5 * float(problem.minutes.mean()) + problem.pair_cost if problem.minutes.size else 1.0
        near = np.argsort(problem.minutes, axis=1, kind="stable")[:, : min(NEAREST, districts)]
        self._near = np.concatenate([near, np.full((departments, 1), districts)], axis=1)

    def run(self, seed: int, begin: int, moves: int, whole: int, hot: float) -> None:
        """Try some moves of a run of `whole` of which `begin` are done; it begins at `hot`."""
        p = self._problem
        self.cost, self.best_cost = _anneal(
            self.people, self.heads, self.got, self._spare, self._near, p.minutes, p.want_skill,
            p.unmet_head, p.unmet_skill, p.pair_cost, max(1, p.least_group),
            seed, begin, moves, whole, hot, self.cost, self.best, self.best_cost,
        )  # fmt: skip

    def back_to_best(self) -> None:
        """Go on from the best plan so far."""
        departments, districts, _ = self._problem.sizes
        self.people[:, :districts] = self.best
        self.people[:, districts] = self._problem.supply - self.best.sum(axis=1)
        self.heads[:departments] = self.people.sum(axis=2)
        sent = self.best.sum(axis=(0, 2))
        self.heads[departments, :districts] = self._problem.want + self._spare - sent
        self.heads[departments, districts] = self.best.sum()
        self.got[:] = self.best.sum(axis=0)
        self.cost = self.best_cost


def cost_of(problem: ReinforcementProblem, sent: np.ndarray) -> int:
    """The objective of whole people sent."""
    heads = sent.sum(axis=2)
    minutes = int((heads * problem.minutes.astype(np.int64)).sum()) + problem.pair_cost * int((heads > 0).sum())
    missing = np.maximum(0, problem.want - heads.sum(axis=0)).sum()
    lacking = np.maximum(0, problem.want_skill - sent.sum(axis=0)).sum()
    return minutes + problem.unmet_head * int(missing) + problem.unmet_skill * int(lacking)


@kernel
def _fill(people, heads, order, spare, group):  # type: ignore[no-untyped-def]
    """Send who is at home where heads are missing, the nearest pairs first."""
    nobody, home = heads.shape[0] - 1, heads.shape[1] - 1
    for cell in order:
        d, k = cell // home, cell % home
        t = min(heads[d, home], heads[nobody, k] - spare[k])
        if t < group:
            continue
        heads[d, home] -= t
        heads[d, k] += t
        heads[nobody, k] -= t
        heads[nobody, home] += t
        for s in range(people.shape[2] - 1, -1, -1):
            some = min(t, people[d, home, s])
            people[d, home, s] -= some
            people[d, k, s] += some
            t -= some


@kernel
def _anneal(  # type: ignore[no-untyped-def]
    people, heads, got, spare, near, minutes, want_skill, unmet_head, unmet_skill, pair_cost, group,
    seed, begin, moves, whole, hot, cost, best, best_cost,
):  # fmt: skip
    np.random.seed(seed)
    nobody, home, skills = heads.shape[0] - 1, heads.shape[1] - 1, people.shape[2]
    cells, column, count, where = _lists(heads)
    out, back = np.zeros(skills, np.int64), np.zeros(skills, np.int64)
    heat = hot
    for move in range(begin, begin + moves):
        if move % 1024 == 0 or move == begin:
            heat = hot * COOLING ** (-move / whole)
        a, x = divmod(cells[np.random.randint(count[home + 1])], home + 1)
        y = np.random.randint(home + 1) if a == nobody else near[a, np.random.randint(near.shape[1])]
        if y == x or count[y] == 0:
            continue
        if move % 16 == 0 and a != nobody and heads[a, y] > 0:
            cost += _swap_skills(people, got, want_skill, unmet_skill, a, x, y, home)
            if cost < best_cost:
                best_cost = cost
                best[:] = people[:, :home]
            continue
        b = column[y, np.random.randint(count[y])]
        if b == a:
            continue
        t = _how_many(heads[a, x], heads[b, y], group)
        dearer = _dearer(heads, minutes, spare, unmet_head, pair_cost, group, a, x, b, y, t)
        if dearer > 0 and (dearer >= FORBIDDEN or np.random.random() >= np.exp(-dearer / heat)):
            continue
        _pick(people, a, x, t, nobody, out)
        _pick(people, b, y, t, nobody, back)
        lacking = 0
        for s in range(skills):
            more = back[s] - out[s]
            lacking += _lacking(got, want_skill, x, s, more, home) + _lacking(got, want_skill, y, s, -more, home)
        if lacking > 0 and np.random.random() >= np.exp(-unmet_skill * lacking / heat):
            continue
        cost += dearer + unmet_skill * lacking
        _change(people, got, a, x, y, nobody, home, out)
        _change(people, got, b, y, x, nobody, home, back)
        for d, k, more in ((a, x, -t), (b, y, -t), (a, y, t), (b, x, t)):
            heads[d, k] += more
            _list(cells, column, count, where, heads[d, k] > 0, d, k, home)
        if cost < best_cost:
            best_cost = cost
            best[:] = people[:, :home]
    return cost, best_cost


FORBIDDEN = 2**60


@kernel
def _lists(heads):  # type: ignore[no-untyped-def]
    """Cells with anybody, in all (counted last) and by column, and where each stands in both."""
    rows, columns = heads.shape
    cells, column = np.empty(rows * columns, np.int64), np.empty((columns, rows), np.int64)
    count, where = np.zeros(columns + 1, np.int64), np.full((rows, columns, 2), -1)
    for d in range(rows):
        for k in range(columns):
            if heads[d, k] > 0:
                _list(cells, column, count, where, True, d, k, columns - 1)
    return cells, column, count, where


@kernel
def _list(cells, column, count, where, used, d, k, home):  # type: ignore[no-untyped-def]
    """Put a cell on the lists or take it off, as it is used now."""
    at = where[d, k]
    if used and at[0] < 0:
        at[0], at[1] = count[home + 1], count[k]
        cells[at[0]], column[k, at[1]] = d * (home + 1) + k, d
        count[home + 1] += 1
        count[k] += 1
    elif not used and at[0] >= 0:
        count[home + 1] -= 1
        count[k] -= 1
        last, last_here = cells[count[home + 1]], column[k, count[k]]
        cells[at[0]] = last
        where[last // (home + 1), last % (home + 1), 0] = at[0]
        column[k, at[1]] = last_here
        where[last_here, k, 1] = at[1]
        at[0], at[1] = -1, -1


@kernel
def _how_many(one, other, group):  # type: ignore[no-untyped-def]
    """How many change places: all that can, few, or so many that the smallest group is left."""
    most = min(one, other)
    kind = np.random.randint(4)
    if kind == 0:
        return most
    if kind == 1:
        return 1 + np.random.randint(most)
    if kind == 2:
        return 1
    return max(1, min(most, max(one, other) - group)) if np.random.randint(2) else max(1, most - group)


@kernel
def _dearer(heads, minutes, spare, unmet_head, pair_cost, group, a, x, b, y, t):  # type: ignore[no-untyped-def]
    """What changing places costs in minutes, pairs and heads; FORBIDDEN where a group becomes too small."""
    nobody, home = heads.shape[0] - 1, heads.shape[1] - 1
    total = 0
    for d, k, more in ((a, x, -t), (b, y, -t), (a, y, t), (b, x, t)):
        if k == home:
            continue
        had = heads[d, k]
        have = had + more
        if d == nobody:
            total += unmet_head * (max(0, have - spare[k]) - max(0, had - spare[k]))
            continue
        if 0 < have < group:
            return FORBIDDEN
        total += minutes[d, k] * more + pair_cost * ((have > 0) - (had > 0))
    return total


@kernel
def _pick(people, d, k, t, nobody, some):  # type: ignore[no-untyped-def]
    """Choose t people of a cell by skill, beginning with a skill at random; nobody has none."""
    skills = people.shape[2]
    begin = np.random.randint(skills)
    for i in range(skills):
        s = (begin + i) % skills
        some[s] = min(t, people[d, k, s]) if d != nobody else 0
        t -= some[s]


@kernel
def _lacking(got, want_skill, k, s, more, home):  # type: ignore[no-untyped-def]
    """How many more are lacking in a district when it gets `more` of a skill."""
    if k == home or more == 0:
        return 0
    return max(0, want_skill[k, s] - got[k, s] - more) - max(0, want_skill[k, s] - got[k, s])


@kernel
def _change(people, got, d, x, y, nobody, home, some):  # type: ignore[no-untyped-def]
    """Let some people of a department go from x to y."""
    if d == nobody:
        return
    for s in range(len(some)):
        people[d, x, s] -= some[s]
        people[d, y, s] += some[s]
        if x != home:
            got[x, s] -= some[s]
        if y != home:
            got[y, s] += some[s]


@kernel
def _swap_skills(people, got, want_skill, unmet_skill, d, x, y, home):  # type: ignore[no-untyped-def]
    """Swap one person each of two skills between two places of a department where it is no worse; what it costs."""
    one, other = np.random.randint(people.shape[2]), np.random.randint(people.shape[2])
    if one == other or people[d, x, one] == 0 or people[d, y, other] == 0:
        return 0
    lacking = 0
    for s, more in ((one, -1), (other, 1)):
        lacking += _lacking(got, want_skill, x, s, more, home) + _lacking(got, want_skill, y, s, -more, home)
    if lacking > 0:
        return 0
    for s, more in ((one, -1), (other, 1)):
        people[d, x, s] += more
        people[d, y, s] -= more
        if x != home:
            got[x, s] += more
        if y != home:
            got[y, s] -= more
    return unmet_skill * lacking
