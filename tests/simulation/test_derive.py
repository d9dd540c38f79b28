"""Deriving the carried files from a source folder."""

import json
from pathlib import Path

from linli.simulation import derive, source

FOLDER = Path(source.__file__).parent / "data"


def test_names_lose_their_committee_and_gain_a_reading() -> None:
    assert derive.short_name("一心社区居民委员会", "neighbourhood") == "一心社区"
    assert derive.short_name("同福村村民委员会", "village") == "同福村"
    assert derive.short_name("天瑞/天全社区工作站社区", "neighbourhood") == "天瑞/天全社区工作站社区"
    assert derive.romanise("大同街道", {"街道": "Street"}) == "Datong Street"
    assert derive.romanise("青羊区", {"区": "District"}) == "Qingyang District"


def test_a_class_is_assumed_by_kind_and_district() -> None:
    assert derive.assumed_class("village", "510105") == "220"
    assert derive.assumed_class("neighbourhood", "510105") == "111"
    assert derive.assumed_class("neighbourhood", "510181") == "121"


def test_a_wrong_call_says_how_to_call(capsys) -> None:  # type: ignore[no-untyped-def]
    assert derive.main([]) == 2
    assert derive.main(["nowhere"]) == 2
    assert "python -m linli.simulation.derive SOURCE_FOLDER" in capsys.readouterr().err


def test_what_is_carried_is_small_complete_and_attributed() -> None:
    names = {path.name for path in FOLDER.iterdir()}
    assert names == {
        "NOTICE.md",
        "communities.csv",
        "districts.csv",
        "districts.geojson",
        "facts.csv",
        "household_size.csv",
        "streets.csv",
    }
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 10_000_000
    notice = (FOLDER / "NOTICE.md").read_text()
    assert all(name in notice for name in names - {"NOTICE.md"})
    assert "CC BY 4.0, Vonng (Feng Ruohang)" in notice
    assert len(json.loads((FOLDER / "districts.geojson").read_text())["features"]) == 20


def test_the_carried_census_is_the_published_one() -> None:
    real = source.load()
    assert sum(district.census_2020 for district in real.districts.values()) == 20_937_757
    assert (len(real.districts), len(real.streets), len(real.communities)) == (20, 261, 3047)
    assert real.people("Chengdu.population_male") + real.people("Chengdu.population_female") == 20_937_757
    assert sum(real.household_sizes) == 1
