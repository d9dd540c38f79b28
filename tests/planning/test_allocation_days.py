"""Several days: none is worse than alone, and of the best placements each is one most like the day before."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.planning.allocation import solve
from linli.planning.allocation.days import solve_days
from linli.planning.errors import BadProblem
from linli.planning.verify.allocation import verify
from tests.planning.problems import by_hand, every_placement, small_problems

often = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


@often
@given(st.data(), small_problems(people=4))
def test_every_day_is_the_best_it_can_be_and_moves_the_fewest_who_were_there_the_day_before(data, problem):
    today = np.arange(problem.n_people)
    there = np.array(data.draw(st.lists(st.booleans(), min_size=len(today), max_size=len(today))), bool)
    tomorrow = _of(problem, there)
    first, second = solve_days([problem, tomorrow], [today, today[there]])
    assert verify(problem, first) == verify(tomorrow, second) == []
    assert first.objective == solve(problem).objective
    placements = list(every_placement(tomorrow))
    best = min(worth for worth, _ in placements)
    assert second.objective == best
    before = first.grid[there]
    moved = [
        sum(1 for i, grid in enumerate(chosen) if before[i] >= 0 and grid != before[i])
        for worth, chosen in placements
        if worth == best
    ]
    assert sum(1 for i, grid in enumerate(second.grid) if before[i] >= 0 and grid != before[i]) == min(moved)


def _of(problem, there):
    """The problem of those alone who are there."""
    parts = {name: getattr(problem, name)[there] for name in ("vol_skills", "vol_only", "pinned")}
    if problem.vol_xy is not None:
        return replace(problem, vol_xy=problem.vol_xy[there], **parts)
    row = np.cumsum(there) - 1
    keep = there[problem.arc_vol]
    arcs = {"arc_grid": problem.arc_grid[keep], "arc_m": problem.arc_m[keep]}
    return replace(problem, arc_vol=row[problem.arc_vol[keep]], **arcs, **parts)


@pytest.mark.parametrize(
    ("days", "people", "said"),
    [
        (1, [], "people: 0 days, but 1 problems"),
        (1, [np.arange(2)], r"people\[0\]: has shape"),
        (1, [np.zeros(3, int)], "somebody is there twice"),
    ],
)
def test_days_that_disagree_are_named(days, people, said):
    with pytest.raises(BadProblem, match=said):
        solve_days([by_hand()] * days, people)


def test_days_of_other_grids_are_refused():
    other = by_hand(grid_xy=np.zeros((1, 2)), want=[1], most=[1], quota=[[1]])
    with pytest.raises(BadProblem, match="grids"):
        solve_days([by_hand(), other], [np.arange(3), np.arange(3)])
    assert solve_days([], []) == []
