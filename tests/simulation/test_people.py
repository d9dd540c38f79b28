"""The people of datong and the register that an office would have of them."""

import numpy as np

from linli.simulation import CityFolder
from linli.simulation.report import ages_on_reference_day
from linli.simulation.schema import COLLECTIVE, COMMERCIAL, FAMILY, NEED_BIT, NEEDS, OWNER, RENTED, VACANT, Tables


def households_of(tables: Tables) -> np.ndarray:
    return np.searchsorted(tables["households"]["id"], tables["persons"]["household"])


def with_need(tables: Tables, need: str) -> np.ndarray:
    return (tables["persons"]["needs"] & NEED_BIT[need]) > 0


def test_shares_of_age_follow_the_census(truth: Tables) -> None:
    age = ages_on_reference_day(truth["persons"]["born"])
    assert len(age) == 60_000
    assert abs(int((age < 15).sum()) - 60_000 * 2_780_800 / 20_937_757) <= 1
    assert abs(int((age >= 65).sum()) - 60_000 * 2_851_200 / 20_937_757) <= 1
    assert abs(int((age >= 60).sum()) - 60_000 * 3_764_100 / 20_937_757) <= 1


def test_family_households_have_249_members_on_average_and_119_in_a_thousand_live_in_collective_ones(
    truth: Tables,
) -> None:
    size = np.bincount(households_of(truth))
    family = truth["households"]["kind"] == FAMILY
    assert size.min() == 1
    assert round(size[family].mean(), 2) == 2.49
    assert round(size[~family].sum() / size.sum(), 3) == 0.119


def test_nobody_under_18_lives_alone_or_in_a_dormitory(truth: Tables) -> None:
    row = households_of(truth)
    age = ages_on_reference_day(truth["persons"]["born"])
    alone = np.bincount(row)[row] == 1
    dorm = truth["households"]["kind"][row] == COLLECTIVE
    assert age[alone | dorm].min() >= 18


def test_every_household_has_an_adult(truth: Tables) -> None:
    adults = np.bincount(households_of(truth), weights=ages_on_reference_day(truth["persons"]["born"]) >= 18)
    assert adults.min() >= 1


def test_the_elders_flagged_as_alone_are_those_who_live_alone(truth: Tables) -> None:
    row = households_of(truth)
    family = truth["households"]["kind"][row] == FAMILY
    age = ages_on_reference_day(truth["persons"]["born"])
    alone = (np.bincount(row)[row] == 1) & family & (age >= 65)
    assert (with_need(truth, "elder_alone") == alone).all()
    assert abs(int(alone.sum()) - 0.12 * int((age >= 65).sum())) <= 1


def test_needs_fit_the_person(truth: Tables) -> None:
    age = ages_on_reference_day(truth["persons"]["born"])
    assert (with_need(truth, "under3") == (age < 3)).all()
    pregnant = with_need(truth, "pregnant")
    assert set(truth["persons"]["sex"][pregnant].tolist()) == {b"f"}
    assert 20 <= age[pregnant].min() <= age[pregnant].max() <= 42
    assert age[with_need(truth, "contact_daily") | with_need(truth, "contact_regular")].min() >= 65
    assert not (with_need(truth, "contact_daily") & with_need(truth, "contact_regular")).any()
    assert truth["persons"]["needs"].max() < 1 << len(NEEDS)


def test_every_occupied_home_has_one_household_and_no_other_door_has_any(truth: Tables) -> None:
    home = truth["households"]["dwelling"]
    assert len(np.unique(home)) == len(home)
    state = truth["dwellings"]["state"]
    lived_in = np.isin(truth["dwellings"]["id"], home)
    assert set(state[lived_in].tolist()) == {OWNER, RENTED}
    assert set(state[~lived_in].tolist()) == {VACANT, COMMERCIAL}


def test_doors_of_a_building_differ_and_stay_within_its_floors_and_units(truth: Tables) -> None:
    doors, buildings = truth["dwellings"], truth["buildings"]
    where = list(zip(doors["building"].tolist(), doors["unit"].tolist(), doors["door"].tolist(), strict=True))
    assert len(set(where)) == len(where)
    row = np.searchsorted(buildings["id"], doors["building"])
    assert (doors["floor"] <= buildings["floors"][row]).all()
    assert (doors["unit"] <= buildings["units"][row]).all()
    assert min(doors["floor"].min(), doors["unit"].min()) == 1


def test_id_numbers_are_valid_synthetic_and_say_when_and_as_what_their_bearer_was_born(
    truth: Tables, register: Tables
) -> None:
    for persons in (truth["persons"], register["persons"]):
        numbers = persons["id_no"].astype("U18").tolist()
        assert len(set(numbers)) == len(numbers)
        for number, born, sex in zip(numbers, persons["born"].tolist(), persons["sex"].tolist(), strict=True):
            # ISO 7064 MOD 11-2 as the standard words it: all 18 weighted digits leave 1 over.
            values = [10 if digit == "X" else int(digit) for digit in number]
            assert sum(value * 2 ** (17 - place) for place, value in enumerate(values)) % 11 == 1
            assert number.startswith("990")
            assert number[6:14] == str(born)
            assert int(number[16]) % 2 == (sex == b"m")


def test_phones_are_synthetic_and_nobodys_twice(truth: Tables) -> None:
    phones = [phone for phone in truth["persons"]["phone"].tolist() if phone]
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith(b"10") and len(phone) == 11 and phone.isdigit() for phone in phones)
    age = ages_on_reference_day(truth["persons"]["born"])
    assert set(truth["persons"]["phone"][age < 12].tolist()) == {b""}


def test_adults_have_one_to_three_skills_and_nobody_else_has_any(truth: Tables) -> None:
    age = ages_on_reference_day(truth["persons"]["born"])
    number = np.array([bin(mask).count("1") for mask in truth["persons"]["skills"].tolist()])
    able = (age >= 18) & (age < 70)
    assert set(number[~able].tolist()) == {0}
    share = np.bincount(number[able], minlength=4) / able.sum()
    assert share[0] == 0
    assert np.abs(share[1:] - [0.55, 0.30, 0.15]).max() < 0.01


def test_the_register_misses_107_in_a_thousand_and_lists_two_in_a_hundred_who_have_left(
    truth: Tables, register: Tables
) -> None:
    known = np.isin(truth["persons"]["id"], register["persons"]["id"])
    assert abs(int((~known).sum()) - 6_420) <= 1
    gone = ~np.isin(register["persons"]["id"], truth["persons"]["id"])
    assert abs(int(gone.sum()) - 0.02 * len(gone)) <= 1
    unknown = ~np.isin(truth["dwellings"]["id"], register["dwellings"]["id"])
    assert abs(int(unknown.sum()) - 0.03 * len(unknown)) <= 1


def test_whoever_is_listed_but_gone_stands_behind_a_vacant_door(truth: Tables, register: Tables) -> None:
    gone = ~np.isin(register["households"]["id"], truth["households"]["id"])
    doors = np.isin(truth["dwellings"]["id"], register["households"]["dwelling"][gone])
    assert int(doors.sum()) == int(gone.sum()) > 0
    assert set(truth["dwellings"]["state"][doors].tolist()) == {VACANT}


def test_what_both_sides_know_of_somebody_is_the_same_but_for_what_was_never_said(
    truth: Tables, register: Tables
) -> None:
    row = np.flatnonzero(np.isin(register["persons"]["id"], truth["persons"]["id"]))
    same = np.searchsorted(truth["persons"]["id"], register["persons"]["id"][row])
    for column in ("household", "name", "sex", "born", "id_no", "phone", "smartphone"):
        assert (register["persons"][column][row] == truth["persons"][column][same]).all()
    listed, real = register["persons"]["needs"][row], truth["persons"]["needs"][same]
    assert (listed & ~real == 0).all()
    assert set((real & ~listed).tolist()) == {0, NEED_BIT["pregnant"]}


def test_the_register_does_not_hold_skills(register: Tables) -> None:
    assert "skills" not in register["persons"]


def test_ids_of_places_are_unique_over_areas_estates_buildings_and_dwellings(city: CityFolder, truth: Tables) -> None:
    ids = [area.id for area in city.areas()]
    for table in ("estates", "buildings", "dwellings"):
        ids += truth[table]["id"].tolist()
    assert len(set(ids)) == len(ids)
