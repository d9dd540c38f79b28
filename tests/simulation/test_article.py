"""The article's open inputs: who signs up and which grids ask."""

import numpy as np
import pytest

from linli.simulation import CityFolder, tree
from linli.simulation.article import (
    ASKING,
    CANNOT_SERVE,
    ArticleInputs,
    choose_asking,
    demand,
    draw_article_inputs,
    draw_zones,
)
from linli.simulation.folder import AreaRow
from linli.simulation.report import ages_on_reference_day
from linli.simulation.schema import Tables


@pytest.fixture(scope="module")
def inputs(city: CityFolder) -> ArticleInputs:
    return draw_article_inputs(city, 1)


def test_a_smaller_city_has_its_share_of_volunteers_and_of_asking_grids(inputs: ArticleInputs) -> None:
    assert len(inputs.sign_ups.person) == round(139_300 * 60_000 / 20_937_757)
    assert len(inputs.asking.grid) == round(43 * 9_310 / 15_883)


def test_chengdu_has_9310_asking_grids_and_they_are_not_all(chengdu: tree.Tree) -> None:
    areas = chengdu.areas
    rows = [
        AreaRow(number, level, parent, "", "", "", 0.0, 0.0, "")
        for number, (level, parent) in enumerate(zip(areas.level, areas.parent, strict=True), start=1)
    ]
    residents = {row.id: 1000 + row.id % 700 for row in rows if row.level == "grid"}
    asking = choose_asking(rows, draw_zones(rows, 1), residents, 1)
    assert len(asking.grid) == ASKING == 9_310
    assert len(residents) == 15_883


def test_volunteers_are_different_adults_of_the_truth_fit_to_serve(inputs: ArticleInputs, truth: Tables) -> None:
    people = inputs.sign_ups
    assert len(np.unique(people.person)) == len(people.person)
    row = np.searchsorted(truth["persons"]["id"], people.person)
    assert (truth["persons"]["id"][row] == people.person).all()
    assert (truth["persons"]["name"][row] == people.name).all()
    age = ages_on_reference_day(people.born)
    assert 18 <= age.min() <= age.max() <= 69
    assert (truth["persons"]["needs"][row] & CANNOT_SERVE == 0).all()
    assert (people.skills > 0).all()


def test_about_one_in_nine_volunteers_is_unknown_to_the_register(inputs: ArticleInputs, register: Tables) -> None:
    unknown = ~np.isin(inputs.sign_ups.person, register["persons"]["id"])
    assert 0.06 < unknown.mean() < 0.16


def test_volunteers_live_where_the_tree_says(inputs: ArticleInputs, city: CityFolder) -> None:
    area = {row.id: row for row in city.areas()}
    people = inputs.sign_ups
    for micro, grid, community in zip(people.micro_grid, people.grid, people.community, strict=True):
        assert area[int(micro)].level == "micro_grid"
        assert area[int(micro)].parent == grid
        assert area[int(grid)].parent == community


def test_the_riskiest_grids_ask_first_then_the_fullest(inputs: ArticleInputs, city: CityFolder) -> None:
    grids = [row for row in city.areas() if row.level == "grid"]
    asked = set(inputs.asking.grid.tolist())
    least = inputs.asking.risk.min()
    for row in grids:
        if inputs.zones[row.parent] > least:
            assert row.id in asked
        if inputs.zones[row.parent] < least:
            assert row.id not in asked


def test_another_seed_draws_other_people_and_the_same_seed_the_same(inputs: ArticleInputs, city: CityFolder) -> None:
    again, other = draw_article_inputs(city, 1), draw_article_inputs(city, 2)
    assert again.sign_ups.person.tolist() == inputs.sign_ups.person.tolist()
    assert again.asking.quota.tolist() == inputs.asking.quota.tolist()
    assert other.sign_ups.person.tolist() != inputs.sign_ups.person.tolist()


def test_demand_follows_the_rule_worked_by_hand() -> None:
    # All alike: (residents / mean)^0.7 is 1. 6.3 + 5 = 11.3; 6.3 * 1.35 + 5 = 13.5; 6.3 * 1.7 + 5 = 15.7.
    want, quota = demand(np.array([900, 900, 900]), np.array([0, 1, 2]), 1)
    assert want.tolist() == [11, 14, 16]
    assert quota[:, 0].tolist() == [1, 1, 2]
    assert quota[:, 1].tolist() == [2, 2, 2]
    assert quota[0, 2] == 0


def test_demand_stays_between_8_and_25_and_small_grids_ask_for_one_driver() -> None:
    want, quota = demand(np.array([1, 1, 100_000]), np.array([0, 0, 2]), 1)
    assert want.tolist() == [8, 8, 25]
    assert quota[:, 1].tolist() == [1, 1, 2]


def test_one_community_in_ten_is_high_and_three_in_ten_are_medium() -> None:
    areas = [AreaRow(number, "community", 0, "", "", "", 0.0, 0.0, "") for number in range(1, 1001)]
    zones = draw_zones(areas, 4)
    assert [list(zones.values()).count(level) for level in (0, 1, 2)] == [600, 300, 100]
