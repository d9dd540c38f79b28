"""The tree of areas: whole, well-formed, and as big as its sources say."""

from collections import Counter

import numpy as np
import pytest
import shapely

from linli.simulation import SIZES, CityFolder, quotas, source, tree
from linli.simulation.schema import Tables


def test_datong_has_exactly_the_published_grids(city: CityFolder) -> None:
    levels = Counter(area.level for area in city.areas())
    assert levels == {"street": 1, "community": 8, "grid": 43, "micro_grid": 259, "dedicated_grid": 6}
    assert levels == Counter(city.area_counts)


def test_qingyang_has_exactly_the_published_grids() -> None:
    plan = tree.plan(SIZES["qingyang"], 1, source.load())
    levels = Counter(plan.areas.level)
    assert (levels["district"], levels["community"], levels["grid"], levels["micro_grid"]) == (1, 67, 713, 4985)
    assert sum(street.residents for street in plan.streets) == 955_954


def test_chengdu_has_its_districts_streets_communities_and_the_measured_ratio_of_grids(chengdu: tree.Tree) -> None:
    levels = Counter(chengdu.areas.level)
    assert (levels["city"], levels["district"], levels["street"], levels["community"]) == (1, 23, 261, 3047)
    assert (levels["grid"], levels["micro_grid"]) == (15_883, 111_049)


def test_every_statutory_district_of_chengdu_has_its_census_to_the_person(chengdu: tree.Tree) -> None:
    heads: Counter[str] = Counter()
    for plan in chengdu.streets:
        heads[plan.street.district_code] += plan.residents
    assert heads == {code: district.census_2020 for code, district in source.load().districts.items()}
    assert sum(heads.values()) == 20_937_757


def test_quotas_of_chengdu_are_the_census_to_the_person(chengdu: tree.Tree) -> None:
    shares = quotas.plan(source.load(), [plan.residents for plan in chengdu.streets])
    assert sum(quota.families for quota in shares) == 7_419_822
    assert sum(quota.in_families for quota in shares) == 18_445_326
    assert sum(quota.collectives for quota in shares) == 648_643
    assert sum(quota.in_collectives for quota in shares) == 2_492_431
    assert sum(int(quota.ages[:3].sum()) for quota in shares) == 2_780_800
    assert sum(int(quota.ages[13:].sum()) for quota in shares) == 2_851_200
    for quota in shares:
        assert int(quota.ages.sum()) == quota.residents
        assert (quota.ages > 0).all()
        assert int(quota.by_size @ np.arange(1, 11)) == quota.in_families
        assert all(quota.needs[need] >= said for need, said in quota.needs_known.items())


def test_functional_zones_take_their_streets_from_the_districts_around_them(chengdu: tree.Tree) -> None:
    area = {plan.street.name: chengdu.areas.parent[plan.area - 1] for plan in chengdu.streets}
    names = dict(enumerate(chengdu.areas.name, start=1))
    assert names[area["华阳街道"]] == "四川天府新区成都直管区"
    assert names[area["桂溪街道"]] == "成都高新区"
    assert names[area["三岔街道"]] == "成都东部新区"


def test_points_differ_and_lie_in_their_district(chengdu: tree.Tree) -> None:
    real = source.load()
    seen = set()
    for plan in chengdu.streets:
        outline = real.districts[plan.street.district_code].outline
        for part in plan.communities:
            assert part.point not in seen
            seen.add(part.point)
            assert shapely.contains_xy(outline, part.point[0] / 1e6, part.point[1] / 1e6)


def test_a_community_without_a_published_point_says_so(chengdu: tree.Tree) -> None:
    sources = Counter(part.point_source for plan in chengdu.streets for part in plan.communities)
    assert sources["random_in_district"] == 125
    assert sources["village2016_point"] > 300
    assert set(sources) <= {
        "random_in_district",
        "village2016_point",
        "village2016_point_scattered",
        "street_point_scattered",
        "town2016_point_of_matched_village_scattered",
    }


def test_grids_lie_in_their_community_and_micro_grids_in_their_grid(chengdu: tree.Tree) -> None:
    for plan in chengdu.streets[::20]:
        for part in plan.communities:
            assert len(np.unique(part.grid_points, axis=0)) == part.grids
            assert shapely.contains_xy(part.cell, part.grid_points[:, 0] / 1e6, part.grid_points[:, 1] / 1e6).all()
            ends = np.cumsum(part.micro_of_grid)
            for cell, points in zip(part.grid_cells, np.split(part.micro_points, ends[:-1]), strict=True):
                assert shapely.contains_xy(cell, points[:, 0] / 1e6, points[:, 1] / 1e6).all()


def test_cells_of_a_district_cover_it_without_overlap() -> None:
    real = source.load()
    cells = [part.cell for part in tree._district("510105", 1, real)]
    outline = real.districts["510105"].outline
    assert sum(cell.area for cell in cells) == pytest.approx(outline.area, rel=1e-9)
    assert shapely.union_all(cells).area == pytest.approx(outline.area, rel=1e-9)


def test_every_micro_grid_and_dedicated_grid_has_a_building(city: CityFolder, truth: Tables) -> None:
    held = set(truth["buildings"]["micro_grid"].tolist())
    assert held == {area.id for area in city.areas() if area.level in ("micro_grid", "dedicated_grid")}


def test_every_area_down_to_grids_has_an_outline_and_only_real_ones_are_not_estimated(city: CityFolder) -> None:
    outlines = list(city.outlines())
    wanted = {area.id for area in city.areas() if area.level in ("street", "community", "grid")}
    assert {outline.area for outline in outlines} == wanted
    assert all(outline.estimated for outline in outlines)


def test_the_outline_of_an_undivided_district_is_the_real_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    from linli.simulation import outlines

    real = source.load()
    text = outlines.top_level(tree.plan(SIZES["qingyang"], 1, real), real)
    assert b'"estimated":false' in text
    assert outlines.STATUTORY.encode() in text
