"""States of placements that a worker keeps in memory, so that a city need not be solved again to be repaired.

What was solved is remembered as it is; once it is published a state is made of it, and each repair leaves the next.

A state is taken out while somebody works with it, and put back as it is after. It is used only where it fits what the
database says now; what has changed since is told to it as people who leave and come and as other demand. The verifier
then reads the result against the problem as the database states it: a state that had drifted is found out there.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np

from linli.muster.load import Load
from linli.muster.models import Allocation
from linli.planning import allocation as planning
from linli.planning.allocation.repair import Change, State, prepare

FEWEST = 2_000  # people; below that a solve from cold takes milliseconds
MOST_STATES, MOST_BYTES = 3, 1 << 30

Key = tuple[int, int, str]
"""Event, area and pool."""


@dataclass(frozen=True, slots=True)
class Warm:
    """A state, and what it was made for.

    Attributes:
        load: what the database said then. rows: i8[n], the row in the state of each person of the load.
        grid: i4[n], where the state has them.
    """

    state: State
    load: Load
    rows: np.ndarray
    grid: np.ndarray


@dataclass(frozen=True, slots=True)
class Fitting:
    """A state that fits a load once a change is applied to it; `rows` as in Warm, for the people of that load."""

    state: State
    change: Change
    rows: np.ndarray


def key_of(run: Allocation) -> Key:
    """Under which a run's states are kept."""
    return run.event_id, run.area_id, run.pool


_solved: OrderedDict[Key, tuple[Load, planning.AllocationPlan]] = OrderedDict()
_kept: OrderedDict[Key, Warm] = OrderedDict()
_lock = Lock()


def remember(key: Key, load: Load, plan: planning.AllocationPlan) -> None:
    """Remember what was solved, in case it is published. With somebody pinned, it says nothing about moving them."""
    if not _worth_it(load) or (load.problem.pinned >= 0).any():
        return
    with _lock:
        _solved[key] = load, plan
        _solved.move_to_end(key)
        while len(_solved) > MOST_STATES:
            _solved.popitem(last=False)


def make(key: Key) -> None:
    """Make a state of what was solved and is published now; it takes some seconds for a city."""
    with _lock:
        found = _solved.pop(key, None)
    if found is not None:
        load, plan = found
        keep(key, Warm(prepare(load.problem, plan), load, np.arange(len(load.people)), plan.grid))


def _worth_it(load: Load) -> bool:
    return len(load.people) >= FEWEST and load.problem.vol_xy is not None


def keep(key: Key, warm: Warm) -> None:
    """Keep a state, and forget those that were used longest ago where they are too many or too large."""
    if not _worth_it(warm.load):
        return
    with _lock:
        _kept[key] = warm
        _kept.move_to_end(key)
        while len(_kept) > MOST_STATES or sum(each.state.memory_bytes for each in _kept.values()) > MOST_BYTES:
            _kept.popitem(last=False)


def take(key: Key, load: Load) -> Fitting | None:
    """The state of an area, if it fits what the database says now; it is kept no longer."""
    with _lock:
        warm = _kept.pop(key, None)
    return _fitting(warm, load) if warm is not None else None


def _fitting(warm: Warm, load: Load) -> Fitting | None:
    """What has changed since, told as a change; None where that cannot be told."""
    old, new = warm.load.problem, load.problem
    same_grids = np.array_equal(warm.load.grids, load.grids) and warm.load.quota_skills == load.quota_skills
    if not same_grids or old.vol_xy is None or new.vol_xy is None:
        return None
    at = np.minimum(np.searchsorted(warm.load.people, load.people), len(warm.load.people) - 1)
    known = warm.load.people[at] == load.people
    stays = (
        known
        & (warm.grid[at] == load.home)
        & (old.vol_skills[at] == new.vol_skills)
        & (old.vol_only[at] == new.vol_only)
        & (old.pinned[at] == new.pinned)
        & (old.vol_xy[at] == new.vol_xy).all(axis=1)
    )
    comes = np.flatnonzero(~stays)
    if (load.home[comes] >= 0).any():
        return None  # somebody stands elsewhere than the state has them
    goes = np.ones(len(warm.load.people), bool)
    goes[at[stays]] = False
    rows = np.empty(len(load.people), np.int64)
    rows[stays] = warm.rows[at[stays]]
    rows[comes] = len(warm.state.people.node) + np.arange(len(comes))
    asked = (old.want != new.want) | (old.most != new.most) | (old.quota != new.quota).any(axis=1)
    grids = np.flatnonzero(asked)
    change = Change(
        leave=warm.rows[goes],
        skills=new.vol_skills[comes],
        only=new.vol_only[comes],
        xy=new.vol_xy[comes],
        grid=grids,
        want=new.want[grids],
        most=new.most[grids],
        quota=new.quota[grids],
    )
    return Fitting(warm.state, change, rows)
