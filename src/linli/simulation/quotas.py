"""How many of everybody and everything each street gets, so that sums over the city are exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from linli.simulation import sizes
from linli.simulation.draws import Ints, in_turn, table_in_turn
from linli.simulation.source import Source

# Five-year bands: (first age, last age, published group, weight inside it). The weights are assumptions.
BANDS = (
    (0, 4, "0-14", 1),
    (5, 9, "0-14", 1),
    (10, 14, "0-14", 1),
    (15, 19, "15-59", 56),
    (20, 24, "15-59", 83),
    (25, 29, "15-59", 94),
    (30, 34, "15-59", 106),
    (35, 39, "15-59", 86),
    (40, 44, "15-59", 70),
    (45, 49, "15-59", 83),
    (50, 54, "15-59", 89),
    (55, 59, "15-59", 70),
    (60, 64, "60-64", 1),
    (65, 69, "65-69", 1),
    (70, 74, "70-79", 58),
    (75, 79, "70-79", 42),
    (80, 84, "80+", 60),
    (85, 94, "80+", 40),
)


@dataclass(frozen=True, slots=True)
class StreetQuota:
    """The counts of one street. `ages` is (bands, 2) persons by band and sex, women first."""

    residents: int
    ages: Ints
    families: int
    by_size: Ints
    in_families: int
    collectives: int
    in_collectives: int
    elders_alone: int
    needs: dict[str, int]
    needs_known: dict[str, int]
    unregistered: int
    families_unknown: int
    rooms_unknown: int
    gone: int
    gone_households: int


def age_shares(source: Source) -> list[Fraction]:
    """Shares of the bands in BANDS, from the census groups and, over 60, the national split; they sum to one."""
    total = Fraction(source.people("Chengdu.population_total"))
    young = source.facts["Chengdu.population_age_0_14"].value / total
    old = source.facts["Chengdu.population_age_60_plus"].value / total
    older = source.facts["Chengdu.population_age_65_plus"].value / total
    seventies = old * source.facts["China.age_60_plus_aged_70_79"].value / 100
    eighties = old * source.facts["China.age_60_plus_aged_80_plus"].value / 100
    groups = {
        "0-14": young,
        "15-59": 1 - young - old,
        "60-64": old - older,
        "65-69": older - seventies - eighties,
        "70-79": seventies,
        "80+": eighties,
    }
    weight = {group: sum(band[3] for band in BANDS if band[2] == group) for group in groups}
    return [groups[group] * part / weight[group] for _, _, group, part in BANDS]


def size_shares(source: Source) -> list[Fraction]:
    """Shares of family households by size 1 to 10: the published shape tilted to Chengdu's mean.

    Every share is multiplied by t to the power of its size, with t found to 30 bits by halving, so that the mean
    is that of the census; the tilt that changes the shape least in relative entropy.
    """
    mean = Fraction(
        source.people("Chengdu.population_in_family_households"), source.people("Chengdu.family_households")
    )
    low, high = 1 << 29, 1 << 31
    for _ in range(40):
        middle = (low + high) // 2
        tilted = _tilted(source.household_sizes, Fraction(middle, 1 << 30))
        if sum(share * size for size, share in enumerate(tilted, start=1)) < mean:
            low = middle
        else:
            high = middle
    # To 12 decimals: exact fractions of 300 digits would slow every later sum.
    fixed = [
        Fraction(round(share * 10**12), 10**12) for share in _tilted(source.household_sizes, Fraction(low, 1 << 30))
    ]
    fixed[0] += 1 - sum(fixed)
    return fixed


def _tilted(shares: Sequence[Fraction], tilt: Fraction) -> list[Fraction]:
    raw = [share * tilt**size for size, share in enumerate(shares, start=1)]
    return [part / sum(raw) for part in raw]


def _sizes_of(families: Sequence[int], members: Sequence[int], shares: Sequence[Fraction]) -> Ints:
    """Households by size of every street; sizes 1 and 2 are set so that households and members are both exact."""
    table = np.zeros((len(families), len(shares)), dtype=np.int64)
    for column, share in enumerate(shares[2:], start=2):
        table[:, column] = in_turn(families, share)
    heads = np.array(members, dtype=np.int64) - table @ np.arange(1, len(shares) + 1)
    rest = np.array(families, dtype=np.int64) - table.sum(axis=1)
    table[:, 1] = heads - rest
    table[:, 0] = rest - table[:, 1]
    if (table < 0).any():
        raise ValueError("a street too small for its household sizes")
    return table


def plan(source: Source, residents: Sequence[int]) -> list[StreetQuota]:
    """The quotas of every street, given its residents."""
    total = source.people("Chengdu.population_total")
    family = source.people("Chengdu.family_households")
    in_family = in_turn(residents, Fraction(source.people("Chengdu.population_in_family_households"), total))
    families = in_turn(residents, Fraction(family, total))
    collectives = in_turn(residents, Fraction(source.people("Chengdu.collective_households"), total))
    by_size = _sizes_of(families, in_family, size_shares(source))
    male = Fraction(source.people("Chengdu.population_male"), total)
    shares = [part * sex for part in age_shares(source) for sex in (1 - male, male)]
    ages = table_in_turn(residents, shares).reshape(len(residents), len(BANDS), 2)
    at_60, at_65 = ages[:, 12:].sum(axis=(1, 2)).tolist(), ages[:, 13:].sum(axis=(1, 2)).tolist()
    unregistered = in_turn(residents, sizes.UNREGISTERED)
    listed = [heads - missing for heads, missing in zip(residents, unregistered, strict=True)]
    gone = in_turn(listed, sizes.GONE / (1 - sizes.GONE))
    gone_households = [ceil(heads / 2) for heads in gone]
    families_unknown = in_turn(families, sizes.HOUSEHOLDS_UNKNOWN)
    known = [a - b + c for a, b, c in zip(families, families_unknown, gone_households, strict=True)]
    needs: dict[str, list[int]] = {
        "disabled": in_turn(residents, sizes.DISABLED),
        "care_dependent": in_turn(at_60, sizes.CARE_DEPENDENT),
        "pregnant": in_turn(residents, sizes.PREGNANT),
        "contact_daily": in_turn(at_65, sizes.CONTACT_DAILY),
        "contact_regular": in_turn(at_65, sizes.CONTACT_REGULAR),
    }
    said = {
        "pregnant": in_turn(known, sizes.PREGNANT_SAID),
        "dialysis": in_turn(known, sizes.DIALYSIS),
        "chemo": in_turn(known, sizes.CHEMO),
    }
    # Those in treatment whom the register misses are rounded apart: rounding the total could leave fewer than it has.
    missed = [a - b for a, b in zip(families, known, strict=True)]
    for need, rate in (("dialysis", sizes.DIALYSIS), ("chemo", sizes.CHEMO)):
        needs[need] = [a + b for a, b in zip(said[need], in_turn(missed, rate), strict=True)]
    alone = in_turn(at_65, sizes.ELDER_ALONE)
    rooms_unknown = in_turn(collectives, sizes.ROOMS_UNKNOWN)

    def of(row: int, table: dict[str, list[int]]) -> dict[str, int]:
        return {name: counts[row] for name, counts in table.items()}

    return [
        StreetQuota(
            residents[row],
            ages[row],
            families[row],
            by_size[row],
            in_family[row],
            collectives[row],
            residents[row] - in_family[row],
            alone[row],
            of(row, needs),
            of(row, said),
            unregistered[row],
            families_unknown[row],
            rooms_unknown[row],
            gone[row],
            gone_households[row],
        )
        for row in range(len(residents))
    ]


Progress = Callable[[int, int, str], None]
"""Called with streets done, streets in all, and what is being done."""
