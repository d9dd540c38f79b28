"""Every division covers exactly, keeps neighbours together, and gives nobody more doors than it has to."""

from itertools import combinations, groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.muster.teams.dividing import divide
from linli.muster.teams.responsibility import surname

DOORS = st.lists(st.integers(0, 30), min_size=1, max_size=9)


def loads(doors: list[int], given_to: list[int]) -> list[int]:
    return [
        sum(max(1, doors[at]) for at, part in enumerate(given_to) if part == each) for each in sorted(set(given_to))
    ]


@given(DOORS, st.integers(1, 12))
def test_a_division_gives_each_building_to_one_and_each_person_neighbours(doors: list[int], among: int) -> None:
    given_to = divide(doors, among)
    assert len(given_to) == len(doors)
    runs = [part for part, _ in groupby(given_to)]
    assert runs == list(range(min(among, len(doors)))), "in runs, one each, nobody with nothing while there is enough"


@given(DOORS, st.integers(1, 5))
def test_no_consecutive_division_has_a_smaller_greatest_share(doors: list[int], among: int) -> None:
    parts = min(among, len(doors))
    best = min(
        max(sum(max(1, each) for each in doors[a:b]) for a, b in zip((0, *cuts), (*cuts, len(doors)), strict=True))
        for cuts in combinations(range(1, len(doors)), parts - 1)
    )
    assert max(loads(doors, divide(doors, among))) == best


def test_nothing_is_divided_among_nobody() -> None:
    assert divide([3, 4], 0) == []
    assert divide([], 3) == []


@pytest.mark.parametrize(
    ("name", "told"),
    [("王小明", "王"), ("欧阳春花", "欧阳"), ("欧阳", "欧"), ("Anna Berg", "Berg"), ("Anna", "Anna"), ("", "")],
)
def test_residents_read_a_surname(name: str, told: str) -> None:
    assert surname(name) == told
