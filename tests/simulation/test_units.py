"""Work units and their people: an open input, drawn by seed, of different adults whom nothing keeps at home."""

import numpy as np
import pytest

from linli.simulation import CityFolder, tree
from linli.simulation.article import CANNOT_SERVE, draw_zones
from linli.simulation.folder import AreaRow
from linli.simulation.report import ages_on_reference_day
from linli.simulation.schema import Tables
from linli.simulation.units import Units, draw_county_units, draw_departments, reinforced


@pytest.fixture(scope="module", params=[draw_departments, draw_county_units])
def drawn(city: CityFolder, request: pytest.FixtureRequest) -> Units:
    return request.param(city, 1)


def test_everybody_belongs_to_one_unit_and_every_unit_has_people(drawn: Units) -> None:
    rows = np.concatenate([unit.people for unit in drawn.units])
    assert sorted(rows.tolist()) == list(range(len(drawn.person)))
    assert len({unit.name for unit in drawn.units}) == len(drawn.units)


def test_they_are_different_adults_of_the_truth_with_a_phone(drawn: Units, truth: Tables) -> None:
    assert len(np.unique(drawn.person)) == len(drawn.person)
    persons = truth["persons"]
    row = np.searchsorted(persons["id"], drawn.person)
    assert (persons["name"][row] == drawn.name).all()
    assert (drawn.phone != b"").all()
    age = ages_on_reference_day(persons["born"][row])
    assert 18 <= age.min() <= age.max() < 60
    assert (persons["needs"][row] & CANNOT_SERVE == 0).all()


def test_a_small_city_has_three_departments_of_eight_and_its_share_of_the_counties_people(city: CityFolder) -> None:
    departments = draw_departments(city, 1)
    assert [len(unit.people) for unit in departments.units] == [8, 8, 8]
    assert {unit.area for unit in departments.units} == {city.top}
    assert len(draw_county_units(city, 1).person) == round((91_000 - 1_071) * 60_000 / 20_937_757)


def test_the_same_seed_gives_the_same_people_and_another_gives_others(city: CityFolder) -> None:
    one, again, other = (draw_departments(city, seed).person.tolist() for seed in (1, 1, 2))
    assert one == again != other


def test_chengdu_s_two_named_districts_ask_and_elsewhere_those_with_most_high_zones(
    chengdu: tree.Tree, city: CityFolder
) -> None:
    rows = [
        AreaRow(number, level, parent, name, "", "", 0.0, 0.0, "")
        for number, (level, parent, name) in enumerate(
            zip(chengdu.areas.level, chengdu.areas.parent, chengdu.areas.name, strict=True), start=1
        )
    ]
    names = {row.id: row.name for row in rows}
    asked = [names[area] for area in reinforced(rows, draw_zones(rows, 1))]
    assert sorted(asked) == ["成都高新区", "锦江区"]
    areas = city.areas("truth")
    zones = draw_zones(areas, 1)
    small = reinforced(areas, zones)
    high = sum(level == 2 for level in zones.values())
    assert len(small) == 2
    assert sum(zones[area] == 2 for area in small) == min(2, high) > 0
