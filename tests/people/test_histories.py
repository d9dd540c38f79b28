"""Whatever moves, is re-hung, reassigned or split: at any instant one person is in one grid, and the past stays."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.people import actions
from linli.people.errors import CountedElsewhere, LaterStayKnown
from linli.people.models import Stay
from linli.places import actions as place_actions
from linli.places.errors import NotInThatGrid
from linli.places.models import Area
from linli.places.queries import micro_grid_of
from tests.people.history import BY, Community, a_community, check_now, check_sums, instants, where_at

MORNING = datetime(2022, 9, 2, 8, tzinfo=UTC)
ONE = st.integers(0, 3)
LATER = st.integers(0, 3)


class Histories(RuleBasedStateMachine):
    """The database beside a plain model of it; `known` holds what was true from each moment on."""

    @initialize()
    def begin(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        self.city = a_community(MORNING)
        self.minute = 0
        self.grids = list(self.city.grids)
        self.grid_of = {micro.pk: self.city.grids[n // 2].pk for n, micro in enumerate(self.city.micros)}
        self.holder = {place.pk: self.city.micros[n].pk for n, place in enumerate(self.city.buildings)}
        self.lives = {person.pk: n % 2 for n, person in enumerate(self.city.persons)}
        self.where: dict[int, int] = {
            person.pk: self.city.micros[n % 2].pk for n, person in enumerate(self.city.persons)
        }
        self.moved = dict.fromkeys(self.where, 0)
        self.known: dict[int, dict[int, tuple[int, int]]] = {}
        self.remember()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.everything_past_is_as_it_was()
                check_now(self.city.persons, self.at)
            finally:
                transaction.set_rollback(True)
                self.world.__exit__(None, None, None)

    @property
    def at(self) -> datetime:
        return MORNING + timedelta(minutes=self.minute)

    def remember(self) -> None:
        self.known[self.minute] = {person: (micro, self.grid_of[micro]) for person, micro in self.where.items()}

    def everything_past_is_as_it_was(self) -> None:
        for minute, known in self.known.items():
            then = MORNING + timedelta(minutes=minute)
            assert where_at(then) == known
            check_sums(self.city.area, then)

    def micro(self, pk: int) -> Area:
        return next(one for one in self.city.micros if one.pk == pk)

    @rule(who=ONE, door=ONE, later=LATER)
    def comes_home(self, who: int, door: int, later: int) -> None:
        self.minute += later
        person, holder = self.city.persons[who], self.holder[self.city.buildings[door].pk]
        self.move(person.pk, Stay.Kind.HOME, holder, door)

    @rule(who=ONE, to=ONE, later=LATER)
    def goes_to_hospital(self, who: int, to: int, later: int) -> None:
        self.minute += later
        self.move(self.city.persons[who].pk, Stay.Kind.HOSPITAL, self.city.micros[to].pk, None)

    @rule(who=ONE, later=LATER)
    def goes_away(self, who: int, later: int) -> None:
        self.minute += later
        self.move(self.city.persons[who].pk, Stay.Kind.AWAY, None, None)

    def move(self, person: int, kind: Stay.Kind, micro: int | None, door: int | None) -> None:
        row = next(one for one in self.city.persons if one.pk == person)
        facts = {"kind": kind, "counted_in": self.micro(micro) if micro else None, "since": self.at}
        facts["household"] = self.city.households[door] if door is not None else None
        if self.moved[person] >= self.minute:
            with pytest.raises(LaterStayKnown):
                actions.move(row, **facts, by=BY, at=self.at)
            return
        actions.move(row, **facts, by=BY, at=self.at)
        self.moved[person] = self.minute
        self.lives[person] = door if door is not None else -1
        self.where.pop(person, None)
        if micro is not None:
            self.where[person] = micro
        self.remember()

    @rule(who=ONE, door=ONE, wrong=ONE)
    def nobody_is_counted_where_their_door_is_not(self, who: int, door: int, wrong: int) -> None:
        micro = self.city.micros[wrong]
        if micro.pk != self.holder[self.city.buildings[door].pk]:
            self.minute += 1
            household = self.city.households[door]
            with pytest.raises(CountedElsewhere):
                actions.move(
                    self.city.persons[who], counted_in=micro, household=household, since=self.at, by=BY, at=self.at
                )

    @rule(which=ONE, grid=st.integers(0, 9), later=LATER)
    def a_micro_grid_is_hung_elsewhere(self, which: int, grid: int, later: int) -> None:
        self.minute += later
        micro, under = self.city.micros[which], self.grids[grid % len(self.grids)]
        place_actions.hang(micro, under, by=BY, at=self.at)
        self.grid_of[micro.pk] = under.pk
        self.remember()

    @rule(grid=st.integers(0, 9), takes=st.sets(ONE), later=LATER)
    def a_grid_is_split(self, grid: int, takes: set[int], later: int) -> None:
        self.minute += later
        old, taken = self.grids[grid % len(self.grids)], [self.city.micros[n] for n in sorted(takes)]
        split = {"name": f"新格{len(self.grids)}", "take": taken, "by": BY, "at": self.at}
        if any(self.grid_of[micro.pk] != old.pk for micro in taken):
            with pytest.raises(NotInThatGrid):
                place_actions.split_grid(old, **split)
            return
        self.grids.append(place_actions.split_grid(old, **split))
        self.grid_of.update({micro.pk: self.grids[-1].pk for micro in taken})
        self.remember()

    @rule(building=ONE, to=ONE, later=LATER)
    def a_building_is_given_to_another_micro_grid(self, building: int, to: int, later: int) -> None:
        self.minute += later
        place, micro = self.city.buildings[building], self.city.micros[to]
        follow = [one for one, door in self.lives.items() if door == building and self.where[one] != micro.pk]
        if any(self.moved[one] >= self.minute for one in follow):
            with pytest.raises(LaterStayKnown):
                actions.reassign(place, micro, by=BY, at=self.at)
            return
        assert len(actions.reassign(place, micro, by=BY, at=self.at)) == len(follow)
        self.holder[place.pk] = micro.pk
        self.where.update(dict.fromkeys(follow, micro.pk))
        self.moved.update(dict.fromkeys(follow, self.minute))
        self.remember()


@pytest.mark.django_db
def test_after_any_history_everybody_was_in_one_grid_at_every_instant_and_the_past_stays():
    run_state_machine_as_test(
        Histories,
        settings=settings(max_examples=25, stateful_step_count=14, suppress_health_check=list(HealthCheck)),
    )


def _act(city: Community, grids: list[Area], rng: random.Random) -> str:
    """One action of one writer, at its own moment; its name."""
    kind = rng.choice(["home", "hospital", "away", "hang", "split", "reassign"])
    person, micro = rng.choice(city.persons), rng.choice(city.micros)
    door = rng.randrange(len(city.households))
    at = now()
    match kind:
        case "home":
            held = micro_grid_of(city.households[door].dwelling_id, at)
            area = next(one for one in city.micros if one.pk == held)
            actions.move(person, counted_in=area, household=city.households[door], since=at, by=BY, at=at)
        case "hospital":
            actions.move(person, kind=Stay.Kind.HOSPITAL, counted_in=micro, since=at, by=BY, at=at)
        case "away":
            actions.move(person, kind=Stay.Kind.AWAY, counted_in=None, since=at, by=BY, at=at)
        case "hang":
            place_actions.hang(micro, rng.choice(grids), by=BY, at=at)
        case "split":
            grids.append(place_actions.split_grid(rng.choice(grids), name="新格", take=[micro], by=BY, at=at))
        case "reassign":
            actions.reassign(city.buildings[door], micro, by=BY, at=at)
    return kind


def _write_at_once(city: Community, grids: list[Area], seed: int, writers: int = 4, each: int = 25) -> Counter[str]:
    """Several writers with connections of their own; what each of their actions came to. Refusals are answers."""
    came_to: Counter[str] = Counter()
    broken: list[Exception] = []
    ready = threading.Barrier(writers)

    def write(number: int) -> None:
        rng = random.Random(seed + number)
        try:
            ready.wait()
            for _ in range(each):
                try:
                    came_to[_act(city, grids, rng)] += 1
                except LinliError as refusal:
                    came_to[refusal.code] += 1
        except Exception as error:  # whatever is no refusal fails the test, in its own thread
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return came_to


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_never_count_anybody_twice_nor_change_what_was():
    city = a_community(now(), people=8)
    grids = list(city.grids)
    came_to = _write_at_once(city, grids, seed=1)
    then = {moment: where_at(moment) for moment in instants()}
    came_to += _write_at_once(city, grids, seed=100)
    assert {"home", "hospital", "away", "hang", "split", "reassign"} <= set(came_to)
    for moment, known in then.items():
        assert where_at(moment) == known
    for moment in instants():
        check_sums(city.area, moment)
    check_now(city.persons, now())
