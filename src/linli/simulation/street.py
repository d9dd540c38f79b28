"""One street: the whole truth about it, and the register an office would keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linli.simulation import housing, identity, names, residents
from linli.simulation.draws import Ints, chosen, shuffled, stream, whole
from linli.simulation.housing import Housing, rounded_share
from linli.simulation.quotas import StreetQuota
from linli.simulation.residents import People
from linli.simulation.schema import (
    COLLECTIVE,
    FAMILY,
    NEED_BIT,
    PLACE_BLOCK,
    REGISTER,
    RENTED,
    TRUTH,
    VACANT,
    Table,
    Tables,
    typed,
)
from linli.simulation.sizes import DOORS_UNKNOWN, NO_SMARTPHONE_65
from linli.simulation.tree import StreetPlan


@dataclass(slots=True)
class _Unknown:
    """What the register does not have: masks over household rows, dwelling rows and person rows."""

    households: NDArray[np.bool_]
    dwellings: NDArray[np.bool_]
    persons: NDArray[np.bool_]


def generate(plan: StreetPlan, quota: StreetQuota, seed: int) -> tuple[Tables, Tables]:
    """The truth and the register of one street, as typed tables (`schema.TRUTH`, `schema.REGISTER`)."""
    houses = housing.build(plan, quota, seed)
    rng = stream(seed, 4, int(plan.street.code))
    people = residents.live(rng, quota)
    households, people = _move_in(rng, plan, quota, houses, people)
    rng = stream(seed, 5, int(plan.street.code))
    unknown = _forget(rng, quota, houses, households, people)
    known_needs = _illness(rng, quota, people, unknown.persons)
    rng = stream(seed, 6, int(plan.street.code))
    persons = _persons(rng, plan, people, households)
    truth: Tables = {
        "estates": houses.estates,
        "buildings": houses.buildings,
        "dwellings": houses.dwellings,
        "households": {name: households[name] for name in ("id", "dwelling", "kind")},
        "persons": persons,
    }
    rng = stream(seed, 7, int(plan.street.code))
    register = _register(rng, plan, quota, truth, unknown=unknown, known_needs=known_needs)
    return (
        {name: typed(truth[name], columns) for name, columns in TRUTH.items()},
        {name: typed(register[name], columns) for name, columns in REGISTER.items()},
    )


def _move_in(
    rng: np.random.Generator, plan: StreetPlan, quota: StreetQuota, houses: Housing, people: People
) -> tuple[Table, People]:
    """Send every household to a door; households and people are then put in the order of doors.

    The household table has, beside its columns, `row` (the dwelling's row) and `tenant`.
    """
    families = quota.families
    home = np.concatenate([shuffled(rng, houses.home[:families]), houses.home[families:]])
    order = np.argsort(home, kind="stable")
    renamed = np.empty(len(order), dtype=np.int64)
    renamed[order] = np.arange(len(order))
    household = renamed[people.household]
    by_door = np.argsort(household, kind="stable")
    moved = np.empty(len(by_door), dtype=np.int64)
    moved[by_door] = np.arange(len(by_door))
    people = People(
        people.age[by_door],
        people.male[by_door],
        household[by_door],
        people.first[by_door],
        moved[people.surname_of][by_door],
        people.needs[by_door],
    )
    home = home[order]
    table: Table = {
        "id": plan.street.number * PLACE_BLOCK + 1 + np.arange(len(order), dtype=np.int64),
        "dwelling": houses.dwellings["id"][home],
        "kind": np.where(order < families, FAMILY, COLLECTIVE),
        "row": home,
        "tenant": houses.dwellings["state"][home] == RENTED,
    }
    return table, people


def _forget(
    rng: np.random.Generator, quota: StreetQuota, houses: Housing, households: Table, people: People
) -> _Unknown:
    """Choose whom and what the register misses: whole households first, tenants twice as likely, then single members.

    The doors it does not know are those of families it does not know.
    """
    draw = rng.integers(0, 1 << 60, size=len(households["id"]), dtype=np.int64) >> households["tenant"].astype(np.int64)
    lost = np.zeros(len(draw), dtype=np.bool_)
    for kind, count in ((FAMILY, quota.families_unknown), (COLLECTIVE, quota.rooms_unknown)):
        rows = np.flatnonzero(households["kind"] == kind)
        lost[rows[np.argsort(draw[rows], kind="stable")[:count]]] = True
    persons = lost[people.household]
    last = np.append(people.household[1:] != people.household[:-1], True)
    single = np.flatnonzero(last & ~people.first & ~persons)
    persons[chosen(rng, single, max(0, quota.unregistered - int(persons.sum())))] = True
    doors = np.zeros(len(houses.dwellings["id"]), dtype=np.bool_)
    candidates = households["row"][lost & (households["kind"] == FAMILY)]
    doors[chosen(rng, candidates, rounded_share(len(doors), DOORS_UNKNOWN))] = True
    return _Unknown(lost, doors, persons)


def _illness(rng: np.random.Generator, quota: StreetQuota, people: People, missing: NDArray[np.bool_]) -> Ints:
    """Draw who is pregnant, on dialysis or in chemotherapy; writes them to the truth, returns the register's bits.

    The register has those who said so. For dialysis and chemotherapy it has all it can have: everybody whom it
    knows; for pregnancy far fewer than there are.
    """
    everybody = np.arange(len(people.age), dtype=np.int64)
    women = ~people.male & (people.age >= 20) & (people.age <= 42)
    known = people.needs.copy()
    for need in ("pregnant", "dialysis", "chemo"):
        bit, total, said = NEED_BIT[need], quota.needs[need], quota.needs_known[need]
        may = women if need == "pregnant" else people.age >= 20
        told = chosen(rng, everybody[may & ~missing], said)
        untold = may & ~(people.needs & bit).astype(np.bool_)
        untold[told] = False
        if need != "pregnant":
            untold &= missing
        people.needs[told] |= bit
        known[told] |= bit
        people.needs[chosen(rng, everybody[untold], total - said)] |= bit
    return known


def _persons(rng: np.random.Generator, plan: StreetPlan, people: People, households: Table) -> Table:
    """The persons' table of the truth."""
    size = len(people.age)
    family = names.surnames(rng, size)[people.surname_of]
    born = residents.birthdays(rng, people.age)
    number = np.arange(1, size + 1, dtype=np.int64)
    smart, phone = _reachable(rng, people.age)
    return {
        "id": plan.street.number * PLACE_BLOCK + number,
        "household": households["id"][people.household],
        "name": names.people(rng, family, people.male),
        "sex": np.where(people.male, b"m", b"f"),
        "born": born,
        "id_no": identity.id_numbers(plan.street.number, born, people.male),
        "phone": identity.phones(plan.street.number, number, phone),
        "needs": people.needs,
        "smartphone": smart,
        "skills": residents.skills(rng, (people.age >= 18) & (people.age < 70)),
    }


def _reachable(rng: np.random.Generator, age: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who has a smartphone, and who has a phone number at all."""
    old = np.flatnonzero(age >= 65)
    smart = (age >= 12) & (whole(rng, 0, 99, len(age)) >= 3)
    smart[old] = True
    smart[chosen(rng, old, rounded_share(len(old), NO_SMARTPHONE_65))] = False
    phone = (age >= 12) & (smart | (age < 65) | (whole(rng, 0, 2, len(age)) > 0))
    return smart, phone


def _register(
    rng: np.random.Generator,
    plan: StreetPlan,
    quota: StreetQuota,
    truth: Tables,
    *,
    unknown: _Unknown,
    known_needs: Ints,
) -> Tables:
    """What the office has: the truth less what it does not know, with those still listed who have left."""
    dwellings = {name: column.copy() for name, column in truth["dwellings"].items()}
    rows = chosen(rng, np.flatnonzero((dwellings["state"] == VACANT) & ~unknown.dwellings), quota.gone_households)
    dwellings["state"][rows] = RENTED
    left = _gone(rng, plan, quota, truth, dwellings["id"][rows])
    persons = {**truth["persons"], "needs": known_needs}
    kept = {
        "households": {name: column[~unknown.households] for name, column in truth["households"].items()},
        "persons": {name: persons[name][~unknown.persons] for name in REGISTER["persons"]},
    }
    return {
        "estates": truth["estates"],
        "buildings": truth["buildings"],
        "dwellings": {name: column[~unknown.dwellings] for name, column in dwellings.items()},
        **{
            table: {name: np.concatenate([column, left[table][name]]) for name, column in kept[table].items()}
            for table in kept
        },
    }


def _gone(rng: np.random.Generator, plan: StreetPlan, quota: StreetQuota, truth: Tables, doors: Ints) -> Tables:
    """Households still listed behind doors that are vacant: their ids follow those of the truth."""
    size = np.full(quota.gone_households, 2, dtype=np.int64)
    third = len(size) // 3
    size[:third] += 1
    size[third : 2 * third] -= 1
    if quota.gone % 2:
        size[-1] = 1
    size = shuffled(rng, size)
    first_household, first_person = (len(truth[name]["id"]) for name in ("households", "persons"))
    base = plan.street.number * PLACE_BLOCK + 1
    household = base + first_household + np.arange(len(size), dtype=np.int64)
    count = int(size.sum())
    number = first_person + 1 + np.arange(count, dtype=np.int64)
    age = whole(rng, 18, 59, count)
    male = whole(rng, 0, 1, count) == 1
    born = residents.birthdays(rng, age)
    # Numbered together with the residents, so that no two people share an ID number.
    everybody = np.concatenate([truth["persons"]["born"], born])
    men = np.concatenate([truth["persons"]["sex"] == b"m", male])
    return {
        "households": {"id": household, "dwelling": doors, "kind": np.full(len(size), FAMILY)},
        "persons": {
            "id": plan.street.number * PLACE_BLOCK + number,
            "household": np.repeat(household, size),
            "name": names.people(rng, names.surnames(rng, count), male),
            "sex": np.where(male, b"m", b"f"),
            "born": born,
            "id_no": identity.id_numbers(plan.street.number, everybody, men)[first_person:],
            "phone": identity.phones(plan.street.number, number, np.ones(count, dtype=np.bool_)),
            "needs": np.zeros(count, dtype=np.int64),
            "smartphone": np.ones(count, dtype=np.bool_),
        },
    }
