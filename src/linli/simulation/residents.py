"""The people of one street: ages, households and needs, exactly as many as the quotas say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.simulation.draws import Ints, chosen, shuffled, weighted, whole
from linli.simulation.quotas import BANDS, StreetQuota
from linli.simulation.schema import NEED_BIT

SKILL_WEIGHTS = (90, 220, 25, 30, 120, 180, 60, 120, 100, 50, 60, 200)


@dataclass(slots=True)
class People:
    """Parallel columns of a street's people, in the order of their households.

    Attributes:
        household: row of the household, families first, then collective ones.
        first: whether the person is the household's first member.
        surname_of: row of the person whose surname they share (their own row where nobody's).
        needs: bits of `schema.NEEDS`, all but those drawn once the register is known.
    """

    age: Ints
    male: NDArray[np.bool_]
    household: Ints
    first: NDArray[np.bool_]
    surname_of: Ints
    needs: Ints


def live(rng: np.random.Generator, quota: StreetQuota) -> People:
    """Make a street's people and let them live together."""
    age, male = _ages(rng, quota)
    household, rank = _households(rng, quota, age, male)
    order = np.lexsort((rank, household))
    age, male, household, rank = age[order], male[order], household[order], rank[order]
    first = rank == 0
    return People(
        age, male, household, first, _surnames(age, household, rank, quota), _needs(rng, quota, age, male, household)
    )


def _ages(rng: np.random.Generator, quota: StreetQuota) -> tuple[Ints, NDArray[np.bool_]]:
    ages, sexes = [], []
    for (low, high, _, _), (women, men) in zip(BANDS, quota.ages.tolist(), strict=True):
        ages.append(whole(rng, low, high, women + men))
        sexes.append(np.arange(women + men) >= women)
    return np.concatenate(ages), np.concatenate(sexes)


def _households(rng: np.random.Generator, quota: StreetQuota, age: Ints, male: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Household row and rank in it of each person.

    Collective households take people of 18 to 59. Elders alone and other singles come next. Every other family is
    founded by two adults, matched by age, a man and a woman as long as both are left; everybody else joins a family
    whose founders are about a generation older (or, for elders, younger).
    """
    everybody = np.arange(len(age), dtype=np.int64)
    household = np.full(len(age), -1, dtype=np.int64)
    rank = np.zeros(len(age), dtype=np.int64)

    def free(low: int, high: int) -> Ints:
        return everybody[(household < 0) & (age >= low) & (age <= high)]

    dorm = chosen(rng, free(18, 59), quota.in_collectives)
    household[dorm] = quota.families + shuffled(rng, np.arange(len(dorm), dtype=np.int64)) % max(1, quota.collectives)
    rank[dorm] = np.arange(len(dorm)) + 1
    singles = int(quota.by_size[0])
    household[chosen(rng, free(65, 200), quota.elders_alone)] = np.arange(quota.elders_alone)
    household[chosen(rng, free(20, 64), singles - quota.elders_alone)] = np.arange(quota.elders_alone, singles)
    sizes = np.repeat(np.arange(2, len(quota.by_size) + 1), quota.by_size[1:])
    founders = _founders(rng, free(22, 200), age, male, len(sizes))
    row = singles + shuffled(rng, np.arange(len(sizes), dtype=np.int64))
    household[founders[:, 0]], household[founders[:, 1]] = row, row
    rank[founders[:, 1]] = 1
    size_of = np.zeros(quota.families, dtype=np.int64)
    size_of[singles:] = sizes
    places = np.repeat(np.arange(len(row)), size_of[row] - 2)
    rest = free(0, 200)
    about = age[founders[places, 1]] * 10 + whole(rng, 0, 60, len(places))
    sought = np.where(age[rest] >= 60, age[rest] - 28, np.minimum(age[rest], 40) + 28) * 10
    sought += whole(rng, 0, 60, len(rest))
    joins = rest[np.argsort(sought, kind="stable")]
    household[joins] = row[places[np.argsort(about, kind="stable")]]
    rank[joins] = np.arange(len(joins)) + 2
    return household, rank


def _founders(rng: np.random.Generator, adults: Ints, age: Ints, male: NDArray[np.bool_], count: int) -> Ints:
    """(count, 2) founders of families, matched by age; where one sex runs short the other fills in."""
    men, women = shuffled(rng, adults[male[adults]]), shuffled(rng, adults[~male[adults]])
    short_men, short_women = max(0, count - len(men)), max(0, count - len(women))
    first = np.concatenate([men[:count], women[count : count + short_men]])
    second = np.concatenate([women[:count], men[count : count + short_women]])
    if len(first) < count or len(second) < count:
        raise ValueError("too few adults to found the families")
    by_age = [side[np.argsort(age[side] * 8 + whole(rng, 0, 40, count), kind="stable")] for side in (first, second)]
    return np.stack(by_age, axis=1)


def _surnames(age: Ints, household: Ints, rank: Ints, quota: StreetQuota) -> Ints:
    """Whose surname each bears: children that of the first member, everybody else their own."""
    rows = np.arange(len(age), dtype=np.int64)
    start = np.searchsorted(household, household, side="left")
    child = (rank >= 2) & (household < quota.families) & (age + 16 <= age[start])
    return np.where(child, start, rows)


def _needs(rng: np.random.Generator, quota: StreetQuota, age: Ints, male: NDArray[np.bool_], household: Ints) -> Ints:
    """Needs that depend on the person alone; pregnant, dialysis and chemo follow once the register is known."""
    everybody = np.arange(len(age), dtype=np.int64)
    needs = np.zeros(len(age), dtype=np.int64)
    needs[household < quota.elders_alone] |= NEED_BIT["elder_alone"]
    needs[age < 3] |= NEED_BIT["under3"]
    needs[chosen(rng, everybody, quota.needs["disabled"])] |= NEED_BIT["disabled"]
    needs[chosen(rng, everybody[age >= 60], quota.needs["care_dependent"])] |= NEED_BIT["care_dependent"]
    old = shuffled(rng, everybody[age >= 65])
    daily, regular = quota.needs["contact_daily"], quota.needs["contact_regular"]
    needs[old[:daily]] |= NEED_BIT["contact_daily"]
    needs[old[daily : daily + regular]] |= NEED_BIT["contact_regular"]
    return needs


def skills(rng: np.random.Generator, able: NDArray[np.bool_]) -> Ints:
    """Bit masks of one, two or three different skills (55, 30, 15 %) for those able, 0 for the others."""
    size = int(able.sum())
    share = whole(rng, 0, 99, size)
    wanted = np.where(share < 55, 1, np.where(share < 85, 2, 3))
    mask = np.zeros(size, dtype=np.int64)
    has = np.zeros(size, dtype=np.int64)
    while True:
        rows = np.flatnonzero(has < wanted)
        if not len(rows):
            break
        bit = 1 << weighted(rng, SKILL_WEIGHTS, len(rows))
        new = (mask[rows] & bit) == 0
        mask[rows[new]] |= bit[new]
        has[rows[new]] += 1
    out = np.zeros(len(able), dtype=np.int64)
    out[able] = mask
    return out


def birthdays(rng: np.random.Generator, age: Ints) -> Ints:
    """Dates of birth as whole numbers YYYYMMDD, so that everybody has their age on 1 September 2022."""
    back = whole(rng, 0, 364, len(age))
    turned = (2022 - age - 1970).astype("datetime64[Y]").astype("datetime64[M]") + 8
    day = turned.astype("datetime64[D]") - back
    month = day.astype("datetime64[M]")
    year = month.astype("datetime64[Y]")
    months = (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    dates = (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    return (year.astype(np.int64) + 1970) * 10_000 + months * 100 + dates
