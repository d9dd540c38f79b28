"""Give out a batch of requests together: as many as possible, at the least total cost over everybody.

Each request first looks at its few nearest. A cheapest assignment among those comes with prices; where a request's
price is above the cost of the last it looked at, somebody farther could do better, so it looks twice as far. What is
left is cheapest over all people, and the prices show it. Of a batch of m nobody needs more than the m nearest.

Source: Jonker and Volgenant 1987 (shortest augmenting paths); the pricing of what was not looked at is ours.
"""

import numpy as np

from linli.planning.dispatch import tree
from linli.planning.dispatch.plan import Matching
from linli.planning.dispatch.problem import FAIR_ABOVE, FAIR_WITHIN_M, FARTHEST_M, MOST_LOAD
from linli.planning.dispatch.state import State
from linli.planning.errors import BadProblem
from linli.planning.frame import kernel
from linli.planning.frame.problem import refuse

LOOK_AT_FIRST = 24
LARGEST_BATCH = 1_000
"""Requests at most: the work grows with their square."""


def match(state: State, req_xy: np.ndarray, req_skill: np.ndarray, *, fair: bool = False) -> Matching:
    """Give each request at most one person and each person at most one request of the batch.

    As many requests as possible are served; among such matchings the total of metres + load_m * load is least.

    Args:
        req_xy: (m, 2) metres. req_skill: (m,) the skill each wants.
        fair: leave out, request by request, who has more than two orders above the least loaded fit person near it.

    Raises:
        BadProblem: shapes disagree, a place is no place, a skill is out of range, or there are over 1,000 requests.
    """
    xy, skill = np.array(req_xy, np.float64, ndmin=2, order="C"), np.array(req_skill, np.int64, ndmin=1)
    m = len(skill)
    if m > LARGEST_BATCH:
        raise BadProblem(f"batch: {m} requests, at most {LARGEST_BATCH} are matched at once")
    if xy.size != 2 * m:
        raise BadProblem(f"req_xy: has shape {xy.shape}, should have ({m}, 2)")
    xy = xy.reshape(m, 2)
    refuse("req_xy", ~(np.abs(xy) <= FARTHEST_M), xy, "is not a place")
    refuse("req_skill", (skill < 0) | (skill > 31), skill, "is not a skill from 0 to 31")
    person, cost, greedy, price, priced, person_price, unserved = _match(
        state.people, state.nodes, xy, skill, state.load_m, fair
    )
    served = np.isfinite(cost)
    taken = np.isfinite(greedy)
    return Matching(
        person=person, cost=cost, total=float(cost[served].sum()),
        one_by_one=(int(taken.sum()), float(greedy[taken].sum())), fair=fair,
        request_price=price, priced=priced, person_price=person_price, unserved=float(unserved),
    )  # fmt: skip


@kernel
def _match(people, nodes, xy, skill, load_m, fair):  # type: ignore[no-untyped-def]
    m = len(skill)
    chosen, price, found = np.empty((m, m), np.int32), np.empty((m, m)), np.zeros(m, np.int64)
    most, looked = np.full(m, MOST_LOAD), np.zeros(m, np.int64)
    for r in range(m):
        if fair:
            most[r] = tree.allowed_load(people, nodes, xy[r, 0], xy[r, 1], skill[r], FAIR_WITHIN_M, FAIR_ABOVE)
        _look(people, nodes, xy, skill, most, load_m, r, min(m, LOOK_AT_FIRST), chosen, price, found, looked)
    while True:
        ids, column = _columns(chosen, found)
        farthest = 0.0
        for r in range(m):
            if found[r]:
                farthest = max(farthest, price[r, found[r] - 1])
        unserved = 1.0 + 2.0 * m * (1.0 + farthest)  # dearer than any change of places among those served
        of_row, u, v = _assign(column, price, found, len(ids), unserved)
        again = False
        for r in range(m):
            if found[r] == looked[r] and looked[r] < m and u[r] > price[r, found[r] - 1]:
                further = min(m, 2 * looked[r])
                _look(people, nodes, xy, skill, most, load_m, r, further, chosen, price, found, looked)
                again = True
        if not again:
            break
    person, cost = np.full(m, -1, np.int32), np.full(m, np.inf)
    for r in range(m):
        if of_row[r] >= 0:
            person[r], cost[r] = chosen[r, of_row[r]], price[r, of_row[r]]
    greedy = _one_by_one(people, nodes, xy, skill, most, load_m, ids, column, price, found, looked)
    return person, cost, greedy, u, ids, v, unserved


@kernel
def _look(people, nodes, xy, skill, most, load_m, r, far, chosen, price, found, looked):  # type: ignore[no-untyped-def]
    found[r] = tree.nearest(
        people, nodes, xy[r, 0], xy[r, 1], skill[r], most[r], load_m, chosen[r, :far], price[r, :far]
    )
    looked[r] = far


@kernel
def _columns(chosen, found):  # type: ignore[no-untyped-def]
    """The people looked at, sorted, and the place of each candidate among them."""
    m, total, at = len(found), found.sum(), 0
    all_ids = np.empty(total, np.int32)
    for r in range(m):
        all_ids[at : at + found[r]] = chosen[r, : found[r]]
        at += found[r]
    ids = np.unique(all_ids)
    column = np.empty(chosen.shape, np.int32)
    for r in range(m):
        column[r, : found[r]] = np.searchsorted(ids, chosen[r, : found[r]])
    return ids, column


@kernel
def _assign(column, price, found, width, unserved):  # type: ignore[no-untyped-def]
    """Shortest augmenting paths; the candidate of each row (-1 unserved) and prices u of rows, v <= 0 of columns.

    Staying unserved is a column of each row's own at `unserved`.
    """
    m = len(found)
    row_of, of_row = np.full(width, -1, np.int64), np.full(m, -1, np.int64)
    u, v = np.zeros(m), np.zeros(width)
    far, came, done = np.full(width, np.inf), np.full(width, -1, np.int64), np.zeros(width, np.bool_)
    touched, rows = np.empty(width, np.int64), np.empty(m, np.int64)
    at_row = np.empty(m)
    for start in range(m):
        row, way, touching, walked = start, 0.0, 0, 0
        u[start] = 0.0
        best_alone, alone = np.inf, -1  # the cheapest way to leave somebody on the path unserved
        while True:
            rows[walked], at_row[walked] = row, way
            walked += 1
            if way + unserved - u[row] < best_alone:
                best_alone, alone = way + unserved - u[row], row
            touching = _reach_out(row, way, column, price, found, u, v, far, came, done, touched, touching)
            end, nearest = _nearest_open(touched, touching, far, done)
            if best_alone <= nearest:
                end, way = -1, best_alone
                break
            way = nearest
            done[end] = True
            if row_of[end] < 0:
                break
            row = row_of[end]
        for k in range(walked):
            u[rows[k]] += way - at_row[k]
        for t in range(touching):
            j = touched[t]
            if done[j]:
                v[j] -= way - far[j]
        _augment(end, alone, start, row_of, of_row, came, column, found)
        for t in range(touching):
            j = touched[t]
            far[j], came[j], done[j] = np.inf, -1, False
    return of_row, u, v


@kernel
def _reach_out(row, way, column, price, found, u, v, far, came, done, touched, touching):  # type: ignore[no-untyped-def]
    """Shorten the way to every column that a row looks at; how many columns are touched now."""
    for k in range(found[row]):
        j = column[row, k]
        length = way + price[row, k] - u[row] - v[j]
        if not done[j] and length < far[j]:
            if far[j] == np.inf:
                touched[touching] = j
                touching += 1
            far[j], came[j] = length, row
    return touching


@kernel
def _nearest_open(touched, touching, far, done):  # type: ignore[no-untyped-def]
    """The nearest touched column that is not done, and how far it is; -1 and inf where there is none."""
    end, nearest = -1, np.inf
    for t in range(touching):
        j = touched[t]
        if not done[j] and far[j] < nearest:
            end, nearest = j, far[j]
    return end, nearest


@kernel
def _augment(end, alone, start, row_of, of_row, came, column, found):  # type: ignore[no-untyped-def]
    """Change places along the path that ends at a free column, or at a row that stays unserved."""
    if end < 0:
        if alone == start:
            return
        end = column[alone, of_row[alone]]
        of_row[alone] = -1
    while True:
        row = came[end]
        last = -1 if of_row[row] < 0 else column[row, of_row[row]]
        for k in range(found[row]):
            if column[row, k] == end:
                of_row[row] = k
        row_of[end] = row
        if row == start:
            return
        end = last


@kernel
def _one_by_one(people, nodes, xy, skill, most, load_m, ids, column, price, found, looked):  # type: ignore[no-untyped-def]
    """What each request costs when everyone in turn takes the best who is left; inf where nobody is."""
    m = len(found)
    cost, taken = np.full(m, np.inf), np.zeros(len(ids), np.bool_)
    gone = set()
    gone.add(np.int32(-1))
    for r in range(m):
        for k in range(found[r]):
            if not taken[column[r, k]]:
                taken[column[r, k]] = True
                gone.add(ids[column[r, k]])
                cost[r] = price[r, k]
                break
        if np.isfinite(cost[r]) or found[r] < looked[r] or looked[r] == m:
            continue
        who, what = np.empty(r + 1, np.int32), np.empty(r + 1)
        more = tree.nearest(people, nodes, xy[r, 0], xy[r, 1], skill[r], most[r], load_m, who, what)
        for k in range(more):
            if who[k] not in gone:
                gone.add(who[k])
                at = np.searchsorted(ids, who[k])
                if at < len(ids) and ids[at] == who[k]:
                    taken[at] = True
                cost[r] = what[k]
                break
    return cost
