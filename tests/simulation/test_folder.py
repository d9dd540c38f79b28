"""A city folder that is not right is refused with the file and the reason."""

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from linli.simulation import BadCity, CityFolder, report
from linli.simulation.schema import Tables
from linli.simulation.store import packed

STREET_FILE = "register/streets/510113003.npz"


@pytest.fixture
def copy(datong: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(datong, tmp_path / "copy"))


def rewrite(folder: Path, name: str, content: bytes) -> None:
    """Change a file and make the manifest agree, so that only its content can be at fault."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "city.json").read_text())
    manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "city.json").write_text(json.dumps(manifest))


def change_manifest(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / "city.json").read_text())
    manifest.update(changes)
    (folder / "city.json").write_text(json.dumps(manifest))


def refusal(folder: Path) -> tuple[str, str]:
    with pytest.raises(BadCity) as caught:
        CityFolder(folder).check()
    return caught.value.file, caught.value.reason


def test_a_good_city_is_read_in_full(datong: Path) -> None:
    CityFolder(datong).check()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == (str(tmp_path / "none"), "is not a folder")


def test_a_folder_without_a_manifest(tmp_path: Path) -> None:
    assert refusal(tmp_path) == ("city.json", "is missing: this is not a finished city")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not the manifest of a city"),
        ('{"format": "other"}', "is not the manifest of a city"),
        ('{"format": "linli-city", "version": 9}', "has format version 9; this program reads 1"),
        ('{"format": "linli-city", "version": 1}', "does not say that the city is synthetic"),
        ('{"format": "linli-city", "version": 1, "synthetic": true}', "has no proper 'size'"),
    ],
)
def test_a_manifest_that_is_none(copy: Path, text: str, reason: str) -> None:
    (copy / "city.json").write_text(text)
    assert refusal(copy)[1].startswith(reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seed": "1"}, "has no proper 'seed'"),
        ({"streets": {"../../x": 1}}, "has a street code that is not nine digits"),
        ({"streets": {"510113004": 1}}, "does not list register/streets/510113004.npz"),
        ({"counts": {"truth": {}}}, "does not count the tables of register"),
        ({"areas": {"grid": -1}}, "has a count that is not a whole number"),
        ({"areas": {"grid": 10**30}}, "has a count that is not a whole number"),
        ({"areas": {"planet": 1}}, "has no proper 'counts'"),
        ({"size": "a\0b"}, "has no proper 'size'"),
        ({"size": "a" * 100_000}, "has no proper 'size'"),
        ({"seed": 10**30}, "has no proper 'seed'"),
        ({"reference_day": "yesterday"}, "has no proper 'reference_day'"),
        ({"reference_day": "2022-02-30"}, "has no proper 'reference_day'"),
        ({"reference_day": "0001-01-01"}, "has no proper 'reference_day'"),
        ({"reference_day": "20220901"}, "has no proper 'reference_day'"),
        ({"coordinates": "utm"}, "has no proper 'coordinates'"),
        ({"version": "\0" * 100}, f"has format version {chr(0xFFFD) * 60}…; this program reads 1"),
    ],
)
def test_a_manifest_with_a_part_that_makes_no_sense(copy: Path, changes: dict[str, object], reason: str) -> None:
    change_manifest(copy, **changes)
    assert refusal(copy) == ("city.json", reason)


def test_a_manifest_that_points_outside_the_folder(copy: Path) -> None:
    files = json.loads((copy / "city.json").read_text())["files"]
    change_manifest(copy, files={**files, "../secret": {"bytes": 1, "sha256": "0"}})
    assert refusal(copy) == ("city.json", "lists a file that is none of a city: ../secret")


def test_a_missing_file(copy: Path) -> None:
    (copy / STREET_FILE).unlink()
    assert refusal(copy) == (STREET_FILE, "is missing")


def test_a_file_cut_short(copy: Path) -> None:
    whole = (copy / STREET_FILE).read_bytes()
    (copy / STREET_FILE).write_bytes(whole[:1000])
    assert refusal(copy) == (STREET_FILE, f"has 1000 bytes where {len(whole)} belong")


def test_a_file_with_one_byte_changed(copy: Path) -> None:
    content = bytearray((copy / STREET_FILE).read_bytes())
    content[-3000] ^= 1
    (copy / STREET_FILE).write_bytes(content)
    assert refusal(copy) == (STREET_FILE, "differs from what was built (SHA-256)")


def test_a_file_that_is_no_npz(copy: Path) -> None:
    rewrite(copy, STREET_FILE, b"not a zip")
    assert refusal(copy)[0] == STREET_FILE
    assert refusal(copy)[1] == "is not an npz file"


def without_phone(tables: Tables) -> None:
    del tables["persons"]["phone"]


def with_one_door_less(tables: Tables) -> None:
    tables["dwellings"]["floor"] = tables["dwellings"]["floor"][:-1]


def with_text_for_ids(tables: Tables) -> None:
    tables["persons"]["household"] = tables["persons"]["household"].astype("U9")


def with_an_id_twice(tables: Tables) -> None:
    tables["persons"]["id"][1] = tables["persons"]["id"][0]


def with_a_household_nowhere(tables: Tables) -> None:
    tables["households"]["dwelling"][0] = 7


def with_an_unknown_state(tables: Tables) -> None:
    tables["dwellings"]["state"][0] = 9


def with_a_building_in_no_area(tables: Tables) -> None:
    tables["buildings"]["micro_grid"][0] = 900_000


def with_a_person_less(tables: Tables) -> None:
    tables["persons"] = {name: column[:-1] for name, column in tables["persons"].items()}


def with_a_door_twice(tables: Tables) -> None:
    dwellings = tables["dwellings"]
    for column in ("building", "unit", "door"):
        dwellings[column][1] = dwellings[column][0]


def with_the_id_of_an_estate(tables: Tables) -> None:
    tables["buildings"]["id"][0] = tables["estates"]["id"][-1]
    tables["dwellings"]["building"][tables["dwellings"]["building"] == 74_000_064] = tables["estates"]["id"][-1]


def with_ids_of_the_areas(tables: Tables) -> None:
    tables["estates"]["id"][0] = 1
    tables["buildings"]["estate"][tables["buildings"]["estate"] == 74_000_001] = 1


def with_ids_of_two_blocks(tables: Tables) -> None:
    tables["persons"]["id"][-1] = 75_000_001


def with_somebody_yet_to_be_born(tables: Tables) -> None:
    tables["persons"]["born"][5] = 20230101


def with_a_household_in_a_dedicated_grid(tables: Tables) -> None:
    tables["buildings"]["micro_grid"][0] = 312


def with_a_name_that_copy_would_read(tables: Tables) -> None:
    tables["persons"]["name"][2] = "a\\N"


def with_a_turned_name(tables: Tables) -> None:
    tables["estates"]["name"][3] = "\u202e苑"


def with_neither_true_nor_false(tables: Tables) -> None:
    tables["persons"]["smartphone"].view(np.uint8)[4] = 7


def with_a_building_in_a_grid(tables: Tables) -> None:
    tables["buildings"]["micro_grid"][0] = 10


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (without_phone, "has no column persons.phone"),
        (with_one_door_less, "column dwellings.floor has 24665 rows where 24666 belong"),
        (with_text_for_ids, "column persons.household is <U9 in the shape (54673,), not <i4 in one row"),
        (with_an_id_twice, "ids of persons do not rise from 1 or more"),
        (with_a_household_nowhere, "row 1 of households names one of dwellings that is not there"),
        (with_an_unknown_state, "row 1 of dwellings.state has a value outside 0 to 3"),
        (with_a_building_in_no_area, "row 1 of buildings names an area that is not there or not of that level"),
        (with_a_building_in_a_grid, "row 1 of buildings names an area that is not there or not of that level"),
        (with_a_door_twice, "row 2 of dwellings is a door that was there before"),
        (with_the_id_of_an_estate, "an estate, a building or a dwelling has the id of another"),
        (with_ids_of_the_areas, "ids leave the block of 1000000 that belongs to the street"),
        (with_ids_of_two_blocks, "ids leave the block of 1000000 that belongs to the street"),
        (with_somebody_yet_to_be_born, "row 6 of persons is born after the day of the city"),
        (
            with_a_household_in_a_dedicated_grid,
            "row 1 of households lives in a dedicated grid, where nobody is counted",
        ),
        (with_a_name_that_copy_would_read, "row 3 of persons.name has a character that is none"),
        (with_a_turned_name, "row 4 of estates.name has a character that is none"),
        (with_neither_true_nor_false, "row 5 of persons.smartphone is neither true nor false"),
        (with_a_person_less, "counts 54673 persons in register where 54672 are"),
    ],
)
def test_a_street_whose_tables_do_not_hold_together(copy: Path, spoil: Callable[[Tables], None], reason: str) -> None:
    tables = {
        name: {column: values.copy() for column, values in table.items()}
        for name, table in CityFolder(copy).street("register", "510113003").items()
    }
    spoil(tables)
    rewrite(copy, STREET_FILE, packed(tables))
    assert refusal(copy) == ("city.json" if "counts" in reason else STREET_FILE, reason)


@pytest.mark.parametrize(
    ("table", "column", "value", "reason"),
    [
        ("persons", "born", 20230229, "has a date that never was"),
        ("persons", "born", 20201301, "has a date that never was"),
        ("persons", "sex", b"x", "has a sex other than m or f"),
        ("persons", "name", "", "has a blank text"),
        ("persons", "name", "a\tb", "has a character that is none"),
        ("persons", "name", "a\x00b", "has a text with a hole"),
        ("persons", "id_no", b"990074200002250005", "has an ID number with a wrong check character (GB 11643)"),
        ("persons", "id_no", b"", "has an ID number that does not begin with 17 digits"),
        ("persons", "phone", b"\xff", "has a phone number that is not 11 digits or blank"),
        ("persons", "needs", 512, "has a value outside 0 to 511"),
        ("buildings", "lon", float("nan"), "has a value outside -180 to 180"),
        ("buildings", "floors", 0, "has a value outside 1 to 200"),
        ("households", "kind", 2, "has a value outside 0 to 1"),
    ],
)
def test_a_value_that_cannot_be(copy: Path, table: str, column: str, value: object, reason: str) -> None:
    tables = CityFolder(copy).street("register", "510113003")
    changed = tables[table][column].copy()
    changed[0] = value
    rewrite(copy, STREET_FILE, packed({**tables, table: {**tables[table], column: changed}}))
    assert refusal(copy) == (STREET_FILE, f"row 1 of {table}.{column} {reason}")


def test_a_name_with_half_a_character(copy: Path) -> None:
    tables = CityFolder(copy).street("register", "510113003")
    tables["persons"]["name"].view(np.uint32)[0] = 0xD800
    rewrite(copy, STREET_FILE, packed(tables))
    assert refusal(copy) == (STREET_FILE, "row 1 of persons.name has a character that is none")


def test_whatever_bytes_are_spoiled_the_answer_is_a_sentence(copy: Path) -> None:
    good = (copy / STREET_FILE).read_bytes()
    rng = np.random.default_rng(3)
    passed = 0
    for at in [*range(0, 400, 9), *(len(good) - 1 - np.arange(0, 700, 23)).tolist()]:
        spoiled = bytearray(good)
        spoiled[at] = (spoiled[at] + int(rng.integers(1, 255))) % 256
        rewrite(copy, STREET_FILE, bytes(spoiled))
        # Some bytes carry nothing that is read (a date in a zip header): those may pass, and then nothing is raised.
        with suppress(BadCity):
            CityFolder(copy).street("register", "510113003")
            passed += 1
    assert passed < 60


def test_counts_of_areas_that_are_not_so(copy: Path) -> None:
    change_manifest(copy, areas={"street": 1})
    assert refusal(copy) == ("city.json", "counts other areas than register has")


def test_a_pickle_in_a_street_is_never_opened(copy: Path, tmp_path: Path) -> None:
    tables = CityFolder(copy).street("register", "510113003")
    spoiled = packed(tables)
    np.savez(tmp_path / "evil.npz", **{"estates.id": np.array([{}], dtype=object)}, allow_pickle=True)
    assert spoiled
    rewrite(copy, STREET_FILE, (tmp_path / "evil.npz").read_bytes())
    assert refusal(copy) == (
        STREET_FILE,
        "column estates.id is |O in the shape (1,), not <i4 in one row",
    )


@pytest.mark.parametrize(
    ("line", "text", "reason"),
    [
        (0, "id,level", "must begin with the columns"),
        (2, f"{10**30},community,1,a,b,,104,30,s", "line 3: an id is not a whole number from 1 to 1000000"),
        (2, "٢,community,1,a,b,,104,30,s", "line 3: an id is not a whole number from 1 to 1000000"),
        (2, "2,community,1,a\0,b,,104,30,s", "line 3: name is longer than 80 letters or holds what is no letter"),
        (2, f"2,community,1,{'a' * 5000},b,,104,30,s", "line 3: name is longer than 80 letters"),
        (2, f"2,community,1,a,{'b' * 121},,104,30,s", "line 3: name_en is longer than 120 letters"),
        (2, "2,community,1,a,\u202eb,,104,30,s", "line 3: name_en is longer than 120 letters or holds"),
        (2, "2,community,1,a,b,5101130030011,104,30,s", "line 3: a statutory code is at most 12 digits"),
        (2, "2,community,1,a,b,,1_0,30,s", "line 3: (1_0, 30) is no place on Earth"),
        (2, "x,community,1,a,b,,104,30,s", "line 3: an id is not a whole number from 1 to 1000000"),
        (2, "2,community,1,a,b,,104", "line 3: 7 columns where 9 belong"),
        (2, "2,planet,1,a,b,,104,30,s", "line 3: level or name is no good"),
        (2, "2,community,1,a,b,,204,30,s", "line 3: (204, 30) is no place on Earth"),
        (2, "2,community,1,a,b,,nan,30,s", "line 3: (nan, 30) is no place on Earth"),
        (2, "2,community,99,a,b,,104,30,s", "line 3: community 2 has no parent of the level above"),
        (2, "2,grid,1,a,b,,104,30,s", "line 3: grid 2 has no parent of the level above"),
        (2, "1,community,1,a,b,,104,30,s", "line 3: id 1 comes twice"),
        (2, "2,community,,a,b,,104,30,s", "line 3: area 2 has no parent and is not the top area"),
    ],
)
def test_areas_that_are_no_tree(copy: Path, line: int, text: str, reason: str) -> None:
    lines = (copy / "register/areas.csv").read_text().split("\n")
    lines[line] = text
    rewrite(copy, "register/areas.csv", "\n".join(lines).encode())
    file, why = refusal(copy)
    assert file == "register/areas.csv"
    assert why.startswith(reason)


def test_areas_in_another_encoding(copy: Path) -> None:
    text = (copy / "register/areas.csv").read_text()
    rewrite(copy, "register/areas.csv", text.encode("gb18030"))
    assert refusal(copy)[1] == "is not CSV in UTF-8"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"),
        ("{}", "is not GeoJSON of this format"),
        ('{"type": "FeatureCollection", "features": 3}', "is not GeoJSON of this format"),
        ('{"type": "FeatureCollection", "features": [{}]}', "feature 1 has other properties than an outline has"),
    ],
)
def test_outlines_that_are_no_geojson(copy: Path, text: str, reason: str) -> None:
    rewrite(copy, "register/outlines.geojson", text.encode())
    assert refusal(copy) == ("register/outlines.geojson", reason)


RING = [[104.0, 30.0], [104.1, 30.0], [104.1, 30.1], [104.0, 30.0]]
OF_THE_STREET = {"area": 1, "level": "street", "estimated": True, "method": "drawn"}
ROUND = {"type": "Polygon", "coordinates": [RING]}
NOT_CLOSED = "the outline of area 1 is not made of closed rings on the Earth"


@pytest.mark.parametrize(
    ("properties", "geometry", "reason"),
    [
        ({"area": {}}, {}, "feature 1 is of no area that is there"),
        ({"area": True}, {}, "feature 1 is of no area that is there"),
        ({"area": 99_999}, {}, "feature 1 is of no area that is there"),
        ({"level": "city"}, {}, "feature 1 is of no area that is there"),
        ({"note": "\0"}, {}, "feature 1 has other properties than an outline has"),
        ({"estimated": 1}, {}, "feature 1 has other properties than an outline has"),
        ({"method": None}, {}, "feature 1 has other properties than an outline has"),
        ({}, {"note": "\0"}, "feature 1 has no outline"),
        ({}, {"type": "LineString"}, "area 1 has a LineString for an outline"),
        ({}, {"type": []}, "area 1 has a list for an outline"),
        ({}, {"coordinates": "x"}, NOT_CLOSED),
        ({}, {"coordinates": []}, NOT_CLOSED),
        ({}, {"coordinates": [RING[:3]]}, NOT_CLOSED),
        ({}, {"coordinates": [[*RING[:3], [104.0, 30.1]]]}, NOT_CLOSED),
        ({}, {"coordinates": [[[204.0, 30.0], *RING[1:3], [204.0, 30.0]]]}, NOT_CLOSED),
        ({}, {"coordinates": [[[float("nan"), 30.0], *RING[1:3], [float("nan"), 30.0]]]}, NOT_CLOSED),
        ({}, {"coordinates": [[["\0", 30.0], *RING[1:3], ["\0", 30.0]]]}, NOT_CLOSED),
        ({}, {"coordinates": [[[104.0, 30.0, 1.0], *RING[1:3], [104.0, 30.0, 1.0]]]}, NOT_CLOSED),
    ],
)
def test_an_outline_that_cannot_be(
    copy: Path, properties: dict[str, object], geometry: dict[str, object], reason: str
) -> None:
    item = {"type": "Feature", "properties": {**OF_THE_STREET, **properties}, "geometry": {**ROUND, **geometry}}
    whole = {"type": "FeatureCollection", "features": [item]}
    rewrite(copy, "register/outlines.geojson", json.dumps(whole).encode())
    assert refusal(copy) == ("register/outlines.geojson", reason)


def test_a_second_outline_of_one_area(copy: Path) -> None:
    item = {"type": "Feature", "properties": {**OF_THE_STREET, "area": 2, "level": "community"}, "geometry": ROUND}
    whole = {"type": "FeatureCollection", "features": [item, item]}
    rewrite(copy, "register/outlines.geojson", json.dumps(whole).encode())
    assert refusal(copy) == ("register/outlines.geojson", "area 2 has a second outline")


def test_a_report_on_a_bad_folder_says_the_same(copy: Path) -> None:
    (copy / STREET_FILE).unlink()
    with pytest.raises(BadCity, match="is missing"):
        report(copy)
