"""A street with a worker who holds as much as one phone may: ten micro-grids, 3,000 people, 3,000 doors."""

import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.installed import linli
from linli.simulation import SIZES, build

RESIDENTS, GRIDS, MICRO_GRIDS = 33_000, 20, 100  # a tenth of them no register knows
MOST_GRIDS, MOST_PEOPLE, DOORS = 10, 3_000, 3_000
FINDINGS, MOVES, NEWCOMERS = 600, 60, 30
BATCH = 50

_HELD = """
SELECT w.outer_id, a.micro_grid_id, count(DISTINCT p.id), count(DISTINCT d.place_id), min(d.building_id)
FROM places_assigned a JOIN places_dwelling d ON d.building_id = a.place_id
JOIN places_within w ON w.inner_id = a.micro_grid_id AND upper_inf(w.during)
JOIN places_area c ON c.place_id = w.outer_id AND c.level = %s
LEFT JOIN people_household h ON h.dwelling_id = d.place_id
LEFT JOIN people_stay s ON s.household_id = h.id AND s.kind <> 'gone'
LEFT JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
WHERE upper_inf(a.during) GROUP BY w.outer_id, a.micro_grid_id ORDER BY w.outer_id, count(DISTINCT p.id)
"""
_DOORS = """
SELECT d.place_id, array_agg(p.id) FILTER (WHERE p.id IS NOT NULL) FROM places_assigned a
JOIN places_dwelling d ON d.building_id = a.place_id
LEFT JOIN people_household h ON h.dwelling_id = d.place_id
LEFT JOIN people_stay s ON s.household_id = h.id AND s.kind = 'home'
LEFT JOIN people_person p ON p.id = s.person_id AND p.counted_since = s.since
WHERE a.micro_grid_id = ANY(%s) AND upper_inf(a.during) GROUP BY d.place_id ORDER BY d.place_id
"""


@dataclass
class Street:
    """What the walk needs.

    Attributes:
        code: letters of the QR that the worker's phone comes in by.
        micro_grids: that the worker holds. people, doors: in them.
        sweep: that is open there.
    """

    code: str
    micro_grids: list[int]
    people: int
    doors: int
    sweep: Any
    colleague: Any
    command: Any
    chance: random.Random

    def facts(self) -> dict[str, int]:
        """How much the worker's phone is to hold."""
        return {"micro_grids": len(self.micro_grids), "people": self.people, "doors": self.doors}

    def works_a_day(self) -> dict[str, int]:
        """Let colleagues find, move and meet people behind these doors; how many of each."""
        from django.db import connections

        doors = _rows(_DOORS, [self.micro_grids])
        found = self._finds(self.chance.sample(doors, FINDINGS))
        moved = self._moves([person for _, persons in doors for person in persons or ()])
        met = self._meets([door for door, _ in self.chance.sample(doors, NEWCOMERS)])
        connections.close_all()
        return {"findings": found, "moves": moved, "newcomers": met}

    def _finds(self, doors: list[tuple[int, list[int] | None]]) -> int:
        from linli.common.clock import now
        from linli.common.ids import uuid7
        from linli.ledger import recording
        from linli.ledger.models import Finding, Said

        founds = []
        for door, persons in doors:
            answered = bool(persons) and self.chance.random() < 0.8
            said = [(person, Said.State.HERE) for person in persons or ()] if answered else []
            result = Finding.Result.ANSWERED if answered else Finding.Result.NO_ANSWER
            founds.append(recording.Found(uuid7(), door, result, Finding.How.DOOR, now(), said))
        batches = [founds[at : at + BATCH] for at in range(0, len(founds), BATCH)]
        kept = [
            each for some in batches for each in recording.record_many(self.sweep, some, by=self.colleague, at=now())
        ]
        return sum(isinstance(each, Finding) for each in kept)

    def _moves(self, persons: list[int]) -> int:
        from linli.common.clock import now
        from linli.ledger import moving
        from linli.people.models import Stay
        from linli.places.models import Area

        to = Area.objects.get(pk=self.micro_grids[0])
        moved = 0
        for person in self.chance.sample(persons, MOVES):
            if moved % 2:
                made = moving.move([person], kind=Stay.Kind.AWAY, since=now(), by=self.command, at=now())
            else:
                made = moving.move(
                    [person], kind=Stay.Kind.HOSPITAL, counted_in=to, since=now(), by=self.command, at=now()
                )
            moved += len(made)
        return moved

    def _meets(self, doors: list[int]) -> int:
        from linli.common.clock import now
        from linli.ledger.arriving import Newcomer, arrive

        for number, door in enumerate(doors):
            arrive(Newcomer(f"新来{number}", now(), dwelling=door), by=self.colleague, at=now())
        return len(doors)


def made(folder: Path, seed: int) -> Street:
    """Build and load it, and open its sweep. Django is set up by this."""
    SIZES["datong"] = replace(SIZES["datong"], residents=RESIDENTS, grids=GRIDS, micro_grids=MICRO_GRIDS)
    build("datong", seed, folder)
    linli("city", "load", str(folder))
    import django

    django.setup()
    from django.db import connections

    from bench.sync.city import swept
    from linli.places.models import Level

    held = _held_by_one(_rows(_HELD, [Level.COMMUNITY]))
    doors = _bring_up([(house, there) for *_, there, house in held])
    micro_grids = [area for _, area, *_ in held]
    sweep, command = swept()
    code, colleague = _workers(held[0][0], micro_grids)
    connections.close_all()
    people = sum(people for _, _, people, *_ in held)
    return Street(code, micro_grids, people, doors, sweep, colleague, command, random.Random(seed))


def _held_by_one(rows: list[Any]) -> list[Any]:
    """Ten micro-grids of one community, alike in size, with as many people as one phone may hold."""
    windows = [rows[at : at + MOST_GRIDS] for at in range(len(rows) - MOST_GRIDS + 1)]
    fit = [(sum(people for _, _, people, *_ in window), window) for window in windows if window[0][0] == window[-1][0]]
    return max((each for each in fit if each[0] <= MOST_PEOPLE), key=lambda each: each[0])[1]


def _bring_up(houses: list[tuple[int, int]]) -> int:
    """Doors with nobody known behind, shared among the houses, until there are 3,000. Returns how many there are."""
    from linli.places.models import Dwelling, Place

    there = sum(doors for _, doors in houses)
    for number in range(DOORS - there):
        house, _ = houses[number % len(houses)]
        place = Place.objects.create(kind=Place.Kind.DWELLING, physical_parent_id=house)
        floor = 40 + number // (2 * len(houses))
        Dwelling.objects.create(
            place=place, building_id=house, unit=9, floor=floor, door=f"{floor}{number // len(houses) % 2 + 1:02d}"
        )
    return max(there, DOORS)


def _workers(community: int, micro_grids: list[int]) -> tuple[str, Any]:
    """The letters of a QR for the worker, and the caller of a colleague who holds the same."""
    from linli.access import phones
    from linli.access.actions.accounts import create_staff
    from linli.access.actions.authority import TERMINAL
    from linli.access.actions.grants import grant_role
    from linli.access.callers import grants_in_force
    from linli.access.models import User
    from linli.common.caller import Caller
    from linli.common.clock import now
    from linli.scenarios.accounts import staff

    users: list[User] = []
    for login in ("bench-worker", "bench-colleague"):
        users.append(create_staff(login, display_name=login, password=None, demo=True, by=TERMINAL, at=now()))
        for area in micro_grids:
            grant_role("grid_worker", user=users[-1], area=area, by=TERMINAL, at=now())
    desk = staff("bench-desk", "Desk", "community_desk", community)
    _, code, _ = phones.print_qr(users[0], by=desk, at=now())
    return code, Caller(user=users[1].pk, grants=grants_in_force(now(), user=users[1].pk))


def _rows(statement: str, asked: list[Any]) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())
