"""Generated against source: what a city's files hold, counted from them, beside the published figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linli.simulation import quotas, sizes, source
from linli.simulation.folder import CityFolder
from linli.simulation.quotas import Progress
from linli.simulation.schema import COLLECTIVE, COMMERCIAL, FAMILY, NEED_BIT, NEEDS, OWNER, RENTED, VACANT, Tables
from linli.simulation.sizes import SIZES, Size
from linli.simulation.source import Source

LARGE_ESTATE = 10_000


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One figure of the city.

    Attributes:
        what: the figure, in words.
        generated: as counted from the files; blank for an assumption that is no figure.
        expected: the source's figure scaled to this city, or the assumption in words.
        source: where it comes from, or "assumption: no source found".
        within: whether the two agree to 1 % or one; None where there is nothing to compare.
    """

    what: str
    generated: str
    expected: str
    source: str
    within: bool | None


@dataclass(slots=True)
class Tally:
    """Everything counted over the streets of a city; `need` is by side and name."""

    districts: Counter[str]
    ages: Counter[str]
    sexes: Counter[str]
    sizes: Counter[int]
    need: dict[str, Counter[str]]
    numbers: Counter[str]


def report(path: Path | str, progress: Progress | None = None) -> list[ReportRow]:
    """Count a city and compare it with its sources; assumptions come last.

    Raises:
        BadCity: the folder is no good.
    """
    city = CityFolder(path)
    tally = Tally(Counter(), Counter(), Counter(), Counter(), {"truth": Counter(), "register": Counter()}, Counter())
    for done, code in enumerate(city.streets, start=1):
        truth, register = city.street("truth", code), city.street("register", code)
        _count_truth(tally, code, truth)
        _count_register(tally, truth, register)
        if progress is not None:
            progress(done, len(city.streets), code)
    real = source.load()
    rows = [*_tree_rows(city, real), *_district_rows(city, tally, real), *_people_rows(tally, real)]
    rows += [*_need_rows(tally), *_register_rows(city, tally)]
    return rows + [ReportRow(what, "", how, "assumption: no source found", None) for what, how in sizes.ASSUMPTIONS]


def ages_on_reference_day(born: NDArray[Any]) -> NDArray[np.int64]:
    """Ages in full years on the reference day, from dates YYYYMMDD."""
    day = sizes.REFERENCE_DAY
    return (day.year * 10_000 + day.month * 100 + day.day - born.astype(np.int64)) // 10_000


def _needs(tables: Tables) -> Iterable[tuple[str, int]]:
    bits = tables["persons"]["needs"]
    return [(name, int(((bits & NEED_BIT[name]) > 0).sum())) for name in NEEDS]


def _count_truth(tally: Tally, code: str, truth: Tables) -> None:
    persons, households, dwellings = truth["persons"], truth["households"], truth["dwellings"]
    age = ages_on_reference_day(persons["born"])
    tally.districts[code[:6]] += len(age)
    for label, low, high in (("0-14", 0, 14), ("15-59", 15, 59), ("60+", 60, 999), ("65+", 65, 999), ("80+", 80, 999)):
        tally.ages[label] += int(((age >= low) & (age <= high)).sum())
    tally.sexes["m"] += int((persons["sex"] == b"m").sum())
    tally.sexes["f"] += int((persons["sex"] == b"f").sum())
    row = np.searchsorted(households["id"], persons["household"])
    size = np.bincount(row, minlength=len(households["id"]))
    family = households["kind"] == FAMILY
    tally.sizes.update(dict(enumerate(np.bincount(size[family]).tolist())))
    alone = (size[row] == 1) & family[row] & (age >= 65)
    old = age >= 65
    tally.need["truth"].update(dict(_needs(truth)))
    tally.numbers.update(
        {
            "persons": len(age),
            "families": int(family.sum()),
            "in_families": int(size[family].sum()),
            "collectives": int((households["kind"] == COLLECTIVE).sum()),
            "in_collectives": int(size[~family].sum()),
            "estates": len(truth["estates"]["id"]),
            "dwellings": len(dwellings["id"]),
            "large_estates": _large_estates(truth, row),
            "lived_alone_65": int(alone.sum()),
            "no_smartphone_65": int((old & ~persons["smartphone"]).sum()),
            **{f"state{state}": int((dwellings["state"] == state).sum()) for state in range(4)},
        }
    )


def _large_estates(truth: Tables, household_row: NDArray[Any]) -> int:
    """Estates with more than 10,000 residents."""
    dwelling = np.searchsorted(truth["dwellings"]["id"], truth["households"]["dwelling"])
    building = np.searchsorted(truth["buildings"]["id"], truth["dwellings"]["building"][dwelling])
    estate = np.searchsorted(truth["estates"]["id"], truth["buildings"]["estate"][building])
    return int((np.bincount(estate[household_row]) > LARGE_ESTATE).sum())


def _count_register(tally: Tally, truth: Tables, register: Tables) -> None:
    known = np.isin(register["persons"]["id"], truth["persons"]["id"])
    kinds = register["households"]["kind"]
    tally.need["register"].update(dict(_needs(register)))
    tally.numbers.update(
        {
            "missing": len(truth["persons"]["id"]) - int(known.sum()),
            "gone": int((~known).sum()),
            "listed": len(known),
            "listed_families": int((kinds == FAMILY).sum()),
            "doors_unknown": len(truth["dwellings"]["id"]) - len(register["dwellings"]["id"]),
        }
    )


def _row(what: str, generated: int, expected: Fraction | int, origin: str) -> ReportRow:
    """A comparison, good to 1 % or one."""
    off = abs(Fraction(generated) - expected)
    shown = f"{float(expected):,.1f}".removesuffix(".0")
    return ReportRow(what, f"{generated:,}", shown, origin, off <= max(Fraction(1), Fraction(expected) / 100))


def _tree_rows(city: CityFolder, real: Source) -> list[ReportRow]:
    size: Size = SIZES[city.size]
    streets = size.streets(real)
    codes = {street.code for street in streets}
    communities = [item for item in real.communities if item.street_code in codes]
    bureau = "National Bureau of Statistics, division codes of mid-2023"
    residents = city.counts["truth"]["persons"]
    qingyang = "DOMAIN A.1: Qingyang 2023, 713 grids and 4,985 micro-grids for 939,900 residents"
    datong = "DOMAIN A.1: Datong Street 2022, 43 grids and 259 micro-grids"
    grids = size.grids or Fraction(sizes.QINGYANG_GRIDS * residents, sizes.QINGYANG_RESIDENTS)
    micro = size.micro_grids or Fraction(sizes.QINGYANG_MICRO_GRIDS * residents, sizes.QINGYANG_RESIDENTS)
    origin = datong if city.size == "datong" else qingyang
    rows = [
        _row("streets and towns", city.area_counts.get("street", 0), len(streets), bureau),
        _row("communities and villages", city.area_counts.get("community", 0), len(communities), bureau),
        _row("grids", city.area_counts.get("grid", 0), grids, origin),
        _row("micro-grids", city.area_counts.get("micro_grid", 0), micro, origin),
    ]
    if size.top == "city":
        zones = "census bulletin: 20 statutory districts and three functional zones"
        rows.insert(0, _row("operational districts", city.area_counts.get("district", 0), 23, zones))
    return rows


def _district_rows(city: CityFolder, tally: Tally, real: Source) -> list[ReportRow]:
    if SIZES[city.size].residents:
        return []
    return [
        _exact(f"residents of {real.districts[code].name} ({code})", heads, real.districts[code].census_2020)
        for code, heads in sorted(tally.districts.items())
    ]


def _exact(what: str, generated: int, expected: int) -> ReportRow:
    origin = "census of 1 November 2020 (citypopulation.de, from the bureaus of statistics)"
    return ReportRow(what, f"{generated:,}", f"{expected:,}", origin, generated == expected)


def _people_rows(tally: Tally, real: Source) -> list[ReportRow]:
    total = real.people("Chengdu.population_total")
    heads, numbers = tally.numbers["persons"], tally.numbers
    rows = []
    for what, count, key in (
        ("aged 0 to 14", tally.ages["0-14"], "population_age_0_14"),
        ("aged 15 to 59", tally.ages["15-59"], "population_age_15_59"),
        ("aged 60 and over", tally.ages["60+"], "population_age_60_plus"),
        ("aged 65 and over", tally.ages["65+"], "population_age_65_plus"),
        ("men and boys", tally.sexes["m"], "population_male"),
        ("women and girls", tally.sexes["f"], "population_female"),
        ("family households", numbers["families"], "family_households"),
        ("persons in family households", numbers["in_families"], "population_in_family_households"),
        ("collective households", numbers["collectives"], "collective_households"),
        ("persons in collective households", numbers["in_collectives"], "population_in_collective_households"),
    ):
        fact = real.facts[f"Chengdu.{key}"]
        rows.append(_row(what, count, fact.value * heads / total, fact.source))
    eighty = real.facts["China.age_60_plus_aged_80_plus"]
    rows.append(_row("aged 80 and over", tally.ages["80+"], tally.ages["60+"] * eighty.value / 100, eighty.source))
    shape = f"{real.household_source}, tilted to Chengdu's mean"
    for size, share in enumerate(quotas.size_shares(real), start=1):
        rows.append(_row(f"family households of {size}", tally.sizes[size], share * numbers["families"], shape))
    return rows


def _need_rows(tally: Tally) -> list[ReportRow]:
    heads, families = tally.numbers["persons"], tally.numbers["families"]
    listed = tally.numbers["listed_families"]
    truth, said = tally.need["truth"], tally.need["register"]
    federation = "China Disabled Persons Federation: 85.02 million of about 1,340 million in 2010"
    births = "Sichuan 2022: 6.39 births per 1,000 a year, times nine months"
    survey = "4th sample survey of the elderly, 2015: 18.3 % of those of 60 and over"
    old = tally.ages["65+"]
    alone = Fraction(old) * sizes.ELDER_ALONE
    return [
        _row("disabled", truth["disabled"], heads * sizes.DISABLED, federation),
        _row("care-dependent", truth["care_dependent"], tally.ages["60+"] * sizes.CARE_DEPENDENT, survey),
        _row("pregnant", truth["pregnant"], heads * sizes.PREGNANT, births),
        _row("pregnant, as the register knows", said["pregnant"], listed * sizes.PREGNANT_SAID, sizes.XINCHENG),
        _row("on dialysis", truth["dialysis"], families * sizes.DIALYSIS, sizes.XINCHENG),
        _row("on dialysis, as the register knows", said["dialysis"], listed * sizes.DIALYSIS, sizes.XINCHENG),
        _row("in chemotherapy", truth["chemo"], families * sizes.CHEMO, sizes.XINCHENG),
        _row("in chemotherapy, as the register knows", said["chemo"], listed * sizes.CHEMO, sizes.XINCHENG),
        _row("contacted daily", truth["contact_daily"], old * sizes.CONTACT_DAILY, sizes.YANCHENG),
        _row("contacted regularly", truth["contact_regular"], old * sizes.CONTACT_REGULAR, sizes.YANCHENG),
        _row("aged 65 and over and living alone", tally.numbers["lived_alone_65"], alone, "assumption: 12 %"),
        _row(
            "flagged as an elder living alone", truth["elder_alone"], tally.numbers["lived_alone_65"], "the same people"
        ),
        _row(
            "aged 65 and over without a smartphone",
            tally.numbers["no_smartphone_65"],
            old * sizes.NO_SMARTPHONE_65,
            "assumption: 30 % (DOMAIN J, unverified)",
        ),
    ]


def _register_rows(city: CityFolder, tally: Tally) -> list[ReportRow]:
    numbers = tally.numbers
    occupied = numbers[f"state{OWNER}"] + numbers[f"state{RENTED}"] - numbers["collectives"]
    vacant = numbers[f"state{VACANT}"]
    shanghai = "one Shanghai estate (DOMAIN A.4): 621 owned, 206 rented and lived in, 73 vacant"
    rows = [
        _row("residents the register misses", numbers["missing"], numbers["persons"] * sizes.UNREGISTERED, sizes.XINDU),
        _row("listed but gone", numbers["gone"], numbers["listed"] * sizes.GONE, "assumption: 2 % of rows"),
        _row(
            "doors unknown to the register",
            numbers["doors_unknown"],
            numbers["dwellings"] * sizes.DOORS_UNKNOWN,
            "assumption: 3 % of doors",
        ),
        _row("vacant dwellings", vacant, occupied * sizes.VACANT, shanghai),
        _row(
            "family homes rented", numbers[f"state{RENTED}"] - numbers["collectives"], occupied * sizes.RENTED, shanghai
        ),
        ReportRow("commercial doors", f"{numbers[f'state{COMMERCIAL}']:,}", "", "assumption: see below", None),
        _row(
            "estates (without the buildings of dedicated grids)",
            numbers["estates"] - city.area_counts.get("dedicated_grid", 0),
            numbers["persons"] * sizes.ESTATES_PER_RESIDENT,
            "DOMAIN A.5: 'nearly 20,000'",
        ),
    ]
    if SIZES[city.size].top == "city":
        large = numbers["large_estates"]
        origin = "DOMAIN A.5: 'over 200 with >10,000 people'"
        rows.append(ReportRow("estates of over 10,000 residents", f"{large:,}", "over 200", origin, large > 200))
    return rows
