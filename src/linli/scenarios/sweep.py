"""A sweep of the synthetic city: workers go from door to door, and the register's gap to the truth closes.

What the register has is in the product; what is true is in the city's folder, and people say it at their doors: who
lives there, who left, who is away. Whether somebody answers is drawn by seed from stated shares, which are assumptions
and printed as such. Everything else follows from the actions that workers and desks would take.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.db import transaction

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.ids import uuid7
from linli.events import actions as events
from linli.events.models import Event
from linli.events.queries import active_event
from linli.ledger import doors, going, moving, recording, sweeping
from linli.ledger.models import Finding, Said, Sweep
from linli.people.models import Person, Stay
from linli.people.queries import behind_doors, city_is_synthetic
from linli.places import queries as places
from linli.places.models import Area, Building, Dwelling, Level
from linli.rolls import opening
from linli.rolls.past import Known, picture
from linli.scenarios.accounts import desk_of, staff
from linli.scenarios.errors import NoCity, RealCity
from linli.simulation import CityFolder

Progress = Callable[[float, str], None]

NAME, NAME_EN = "扫楼演练", "Sweep drill"
ANSWERS = (0.65, 0.6, 0.5)
"""Assumed: the share of lived-in doors that answer on the first evening, of the others on the second, and by phone."""
REFUSES = 0.005
"""Assumed: the share of doors that answer and say no more."""
AWAY = 0.015
"""Assumed: the share of those at home in the register who are away and said to be so by their household."""
HOWS = (Finding.How.DOOR, Finding.How.DOOR, Finding.How.PHONE)
STATES = (Dwelling.State.OWNER, Dwelling.State.RENTED, Dwelling.State.VACANT, Dwelling.State.COMMERCIAL)


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who truly lives behind a door, and what they say of themselves."""

    id: int
    name: str
    phone: str
    needs: int
    born: date


@dataclass(slots=True)
class Door:
    """A door as it truly is."""

    id: int
    building: int
    unit: int
    floor: int
    number: str
    state: int
    micro_grid: int
    residents: list[Resident] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep left behind.

    Attributes:
        before: what was known when it began.
        truly: people who live in the area. found, left, doors_found: people new to the ledger, people listed who had
            left, doors new to it.
    """

    sweep: Sweep
    before: Known
    truly: int
    found: int
    left: int
    doors_found: int


def play(city: CityFolder, seed: int, *, progress: Progress) -> Swept:
    """Play a sweep over the whole city whose register is loaded.

    Raises:
        LinliError: as the actions say no.
    """
    top = places.top_area()
    if top is None:
        raise NoCity
    if not city_is_synthetic():
        raise RealCity
    command = staff("city", "市指挥部 / City command", "city", top.pk)
    event = active_event(now(), top.pk) or events.open_event(
        NAME, name_en=NAME_EN, pack="epidemic", areas=[top], exercise=True, by=command, at=now()
    )
    made = sweeping.open_sweep(event, top, by=command, at=now())
    for roll in (made.doors_id, made.persons_id):
        opening.fill(roll)
    sweep = Sweep.objects.select_related("doors__area", "persons__area").get(pk=made.pk)
    before = Known(seen=picture())
    walk = _Walk(sweep, event, random.Random(seed))  # noqa: S311 (a play, not a secret)
    truly = 0
    for share, micro_grid, behind in _by_micro_grid(city):
        truly += sum(len(door.residents) for door in behind)
        walk.micro_grid(micro_grid, behind)
        progress(share, str(micro_grid))
    progress(1.0, "done")
    return Swept(sweep, before, truly, walk.found, walk.left, walk.doors_found)


def _by_micro_grid(city: CityFolder) -> Iterator[tuple[float, int, list[Door]]]:
    """The true doors of each micro-grid in walking order; share done, its id, its doors."""
    for number, code in enumerate(city.streets):
        tables = city.street("truth", code, ("buildings", "dwellings", "households", "persons"))
        held = dict(zip(tables["buildings"]["id"].tolist(), tables["buildings"]["micro_grid"].tolist(), strict=True))
        at: dict[int, Door] = {}
        names = ("id", "building", "unit", "floor", "door", "state")
        for key, *rest in zip(*(tables["dwellings"][name].tolist() for name in names), strict=True):
            building, unit, floor, door, state = rest
            at[key] = Door(key, building, unit, floor, door, state, held[building])
        home = dict(zip(tables["households"]["id"].tolist(), tables["households"]["dwelling"].tolist(), strict=True))
        for household, someone in _residents(tables["persons"]):
            at[home[household]].residents.append(someone)
        grids: dict[int, list[Door]] = defaultdict(list)
        for door in sorted(at.values(), key=lambda each: (each.building, each.unit, each.floor, each.number)):
            grids[door.micro_grid].append(door)
        for done, (micro_grid, behind) in enumerate(sorted(grids.items())):
            yield (number + done / len(grids)) / len(city.streets), micro_grid, behind


def _residents(persons: dict[str, np.ndarray]) -> Iterator[tuple[int, Resident]]:
    names = ("household", "id", "name", "phone", "needs", "born")
    for household, key, name, phone, needs, born in zip(*(persons[each].tolist() for each in names), strict=True):
        day = date(born // 10_000, born // 100 % 100, born % 100)
        yield household, Resident(key, name, phone.decode(), needs, day)


class _Walk:
    """Workers and desks at work, micro-grid by micro-grid."""

    def __init__(self, sweep: Sweep, event: Event, rng: random.Random) -> None:
        self.sweep, self.event, self.rng = sweep, event, rng
        self.found = self.left = self.doors_found = 0

    def micro_grid(self, micro_grid: int, behind: Sequence[Door]) -> None:
        """Three rounds over the doors of one micro-grid."""
        area = Area.objects.get(pk=micro_grid)
        if area.level != Level.MICRO_GRID:
            return  # a dedicated grid: nobody lives there
        above = {each.level: each for each in places.ancestors(micro_grid, now())}
        worker = staff(f"worker-{above[Level.GRID].pk}", above[Level.GRID].name, "grid_worker", above[Level.GRID].pk)
        desk = desk_of(above[Level.COMMUNITY])
        known = self._doors(behind, worker)
        left = list(behind)
        for share, how in zip(ANSWERS, HOWS, strict=True):
            left = self._round(left, known, share, how, area, worker, desk)

    def _doors(self, behind: Sequence[Door], worker: Caller) -> dict[int, int]:
        """The ledger's id of each true door; a worker who stands at one that nobody knew of finds it."""
        there = set(Dwelling.objects.filter(pk__in=[door.id for door in behind]).values_list("pk", flat=True))
        buildings = Building.objects.in_bulk({door.building for door in behind if door.id not in there})
        ids = {}
        for door in behind:
            if door.id in there:
                ids[door.id] = door.id
                continue
            made = doors.found_door(
                buildings[door.building],
                unit=door.unit,
                floor=door.floor,
                door=door.number,
                state=STATES[door.state],
                happened_at=now(),
                by=worker,
                at=now(),
            )
            ids[door.id] = made.pk
            self.doors_found += 1
        return ids

    def _round(
        self,
        behind: Sequence[Door],
        ids: dict[int, int],
        share: float,
        how: Finding.How,
        area: Area,
        worker: Caller,
        desk: Caller,
    ) -> list[Door]:
        """One evening: the doors that did not answer."""
        listed = behind_doors([ids[door.id] for door in behind])
        founds, again = [], []
        for door in behind:
            key, place = uuid7(), ids[door.id]
            result, said = Finding.Result.NO_ANSWER, []
            if not door.residents:
                result = Finding.Result.VACANT if how == Finding.How.DOOR else Finding.Result.NO_ANSWER
                self._gone(listed.get(place, []), desk)
            elif self.rng.random() < share:
                refuses = self.rng.random() < REFUSES
                result = Finding.Result.REFUSED if refuses else Finding.Result.ANSWERED
                said = [] if refuses else self._answer(door, place, listed.get(place, []), area, worker, desk)
            else:
                again.append(door)
            founds.append(
                recording.Found(
                    key=key,
                    dwelling=place,
                    result=result,
                    how=how,
                    happened_at=now(),
                    said=said,
                    spoke=next((person for person, state in said if state == Said.State.HERE), None),
                )
            )
        for answer in recording.record_many(self.sweep, founds, by=worker, at=now()):
            if not isinstance(answer, Finding):
                raise answer
        return again

    def _answer(
        self,
        door: Door,
        place: int,
        listed: Sequence[int],
        area: Area,
        worker: Caller,
        desk: Caller,
    ) -> list[tuple[int, Said.State]]:
        """One member speaks for all: who is here, who is away, who is new, who has left."""
        truly = {someone.id for someone in door.residents}
        self._gone([person for person in listed if person not in truly], desk)
        said: list[tuple[int, Said.State]] = []
        for someone in door.residents:
            if someone.id in listed:
                away = self.rng.random() < AWAY and len(door.residents) > 1
                said.append((someone.id, Said.State.AWAY if away and said else Said.State.HERE))
                continue
            person = self._found(someone, place, area, worker)
            self.found += 1
            said.append((person.pk, Said.State.HERE))
        return said

    @transaction.atomic
    def _found(self, someone: Resident, place: int, area: Area, worker: Caller) -> Person:
        return moving.found(
            holder=self.event.pk,
            name=someone.name,
            phone=someone.phone,
            needs=someone.needs,
            counted_in=area,
            household=going.household_behind(place, joins=True),
            since=now(),
            by=worker,
            at=now(),
        )

    def _gone(self, persons: Sequence[int], desk: Caller) -> None:
        """Neighbours or the household say that somebody listed has left; the desk writes it down."""
        if persons:
            moving.move(persons, kind=Stay.Kind.GONE, since=now(), by=desk, at=now())
            self.left += len(persons)
