"""After any history the balances are those of a plain model of it, now and at every moment that was."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from linli.common.errors import LinliError
from linli.ledger import merging, moving, recording, sweeping
from linli.ledger.errors import MergedAlready, MergedWithItself
from linli.ledger.models import Finding, Said
from linli.people.models import Household, Stay
from linli.rolls import past, proving, queries
from linli.rolls.models import State
from tests.factories import FOUNDED, add_resident, begin_sweep, caller_for, tiny_city, user_with_role

MORNING = datetime(2026, 11, 1, 8, tzinfo=UTC)
WHO = st.integers(0, 3)
MEANS = {
    Said.State.HERE: State.DONE,
    Said.State.EXEMPT: State.EXEMPT,
    Said.State.AWAY: State.AWAY,
    Said.State.REFUSED: State.REFUSED,
}


@dataclass
class Someone:
    """One person of the model."""

    pk: int
    micro: int | None
    home: int
    away: bool = False
    gone: bool = False
    same_as: "Someone | None" = None
    said: dict[UUID, Said.State] = field(default_factory=dict)
    moved_by: UUID | None = None  # the finding that sent them away or brought them back, while nothing came after it
    was: tuple[bool, int | None] = (False, None)


class Histories(RuleBasedStateMachine):
    """One community's sweep beside a model of it; whoever is outside the community is not in its balance."""

    @initialize()
    def begin(self) -> None:
        self.world = transaction.atomic()
        self.world.__enter__()
        self.minute = 0
        self.city = tiny_city()
        self.desk = caller_for(user_with_role("street", self.city.street))
        self.worker = caller_for(user_with_role("community_desk", self.city.communities[0]))
        self.other = caller_for(user_with_role("community_desk", self.city.communities[1]))
        self.area = self.city.communities[0]
        self.people = []
        for n in range(4):
            person = add_resident(self.city, name=f"王{n}", phone=f"1380000123{n}", building=n, door=f"{n + 1}01")
            self.people.append(Someone(person.pk, self.city.micro_grids[n].pk, n))
        self.households = [Household.objects.get(stays__person=one.pk) for one in self.people]
        self.sweep = begin_sweep(self.city.event, self.area, self.worker, at=self.at)
        self.sweep.persons.ready_at = MORNING - timedelta(minutes=1)
        self.known: dict[int, Counter[State]] = {}
        self.remember()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                for minute, counted in self.known.items():
                    moment = past.Known(moment=MORNING + timedelta(minutes=minute))
                    told = past.balance_known(self.sweep.persons, self.area.pk, moment, self.at)
                    assert Counter({state: n for state, n in told.parts if n}) == counted
                assert proving.wrong_with(self.sweep.persons) == {}
                assert proving.wrong_with(self.sweep.doors) == {}
            finally:
                transaction.set_rollback(True)
                self.world.__exit__(None, None, None)

    @property
    def at(self) -> datetime:
        return MORNING + timedelta(minutes=self.minute)

    def inside(self, micro: int | None) -> bool:
        return micro in {self.city.micro_grids[n].pk for n in range(4)}

    def stands(self, one: Someone) -> State | None:
        """How the model says somebody stands; None where they are not counted here."""
        home = self.city.micro_grids[one.home].pk
        where = home if one.away else one.micro
        if one.gone or one.same_as is not None or not self.inside(where):
            return None
        found = {MEANS[said] for each in self.standing_for(one) for said in each.said.values()}
        found |= {State.AWAY} if one.away else set()
        return min(found, default=State.NOT_REACHED)

    def standing_for(self, one: Someone) -> list[Someone]:
        below = [each for each in self.people if each.same_as is one]
        return [one, *(deep for each in below for deep in self.standing_for(each))]

    def root(self, one: Someone) -> Someone:
        return one if one.same_as is None else self.root(one.same_as)

    def remember(self) -> None:
        """What the model says now is what the counters say."""
        counted = Counter(state for one in self.people if (state := self.stands(one)) is not None)
        self.known[self.minute] = counted
        told = queries.balance(self.sweep.persons, self.area.pk, self.at)
        assert Counter({state: n for state, n in told.parts if n}) == counted
        assert told.known == sum(counted.values())

    def tick(self) -> None:
        self.minute += 1

    def move(self, who: int, kind: Stay.Kind, micro: int | None, **more: object) -> None:
        self.tick()
        one = self.root(self.people[who])
        area = next((a for a in self.city.micro_grids if a.pk == micro), None)
        household = self.households[one.home] if kind == Stay.Kind.HOME and one.home < 4 else None
        moving.move(
            [self.people[who].pk], kind=kind, counted_in=area, household=household, since=self.at, by=self.desk,
            at=self.at, **more,
        )  # fmt: skip
        one.micro, one.away, one.gone = micro, kind == Stay.Kind.AWAY, kind == Stay.Kind.GONE
        one.moved_by = None
        self.remember()

    @rule(who=WHO)
    def comes_home(self, who: int) -> None:
        one = self.root(self.people[who])
        self.move(who, Stay.Kind.HOME, self.city.micro_grids[one.home].pk)

    @rule(who=WHO, to=st.integers(0, 7))
    def goes_to_hospital(self, who: int, to: int) -> None:
        self.move(who, Stay.Kind.HOSPITAL, self.city.micro_grids[to].pk)

    @rule(who=WHO)
    def goes_away(self, who: int) -> None:
        self.move(who, Stay.Kind.AWAY, None)

    @rule(who=WHO, died=st.booleans())
    def goes_for_good(self, who: int, died: bool) -> None:
        self.move(who, Stay.Kind.GONE, None, died=died)

    @rule(who=WHO, to=st.integers(0, 7))
    def an_old_move_is_told_late(self, who: int, to: int) -> None:
        self.tick()
        moving.move(
            [self.people[who].pk],
            kind=Stay.Kind.QUARANTINE,
            counted_in=self.city.micro_grids[to],
            since=FOUNDED - timedelta(minutes=self.minute),
            by=self.desk,
            at=self.at,
        )
        self.remember()

    @rule(who=WHO, state=st.sampled_from(list(Said.State)))
    def is_asked_at_the_door(self, who: int, state: Said.State) -> None:
        self.tick()
        one = self.root(self.people[who])
        key = uuid4()
        found = recording.Found(
            key,
            self.households[one.home].dwelling_id,
            Finding.Result.ANSWERED,
            Finding.How.DOOR,
            self.at,
            said=[(self.people[who].pk, state)],
        )
        if one.gone:
            with pytest.raises(LinliError):
                recording.record(self.sweep, found, by=self.worker, at=self.at)
            return
        recording.record(self.sweep, found, by=self.worker, at=self.at)
        one.said[key] = state
        if (state == Said.State.AWAY and not one.away) or (state == Said.State.HERE and one.away):
            one.moved_by, one.was = key, (one.away, one.micro)
            one.away = state == Said.State.AWAY
            one.micro = None if one.away else self.city.micro_grids[one.home].pk
        self.remember()

    @rule(who=WHO)
    def what_was_said_is_taken_back(self, who: int) -> None:
        one = self.people[who]
        if one.said:
            self.tick()
            key = sorted(one.said)[0]
            sweeping.take_back(Finding.objects.select_related("sweep__persons").get(pk=key), by=self.worker, at=self.at)
            del one.said[key]
            if one.moved_by == key and one.same_as is None:
                (one.away, one.micro), one.moved_by = one.was, None
            self.remember()

    @rule(who=WHO, kept=WHO)
    def two_are_one(self, who: int, kept: int) -> None:
        self.tick()
        one, other = self.people[who], self.people[kept]
        both = caller_for(user_with_role("community_desk", self.city.street))
        if one is other:
            with pytest.raises(MergedWithItself):
                merging.merge(one.pk, other.pk, reason="id_no", by=both, at=self.at)
        elif one.same_as is not None or other.same_as is not None:
            with pytest.raises(MergedAlready):
                merging.merge(one.pk, other.pk, reason="id_no", by=both, at=self.at)
        else:
            merging.merge(one.pk, other.pk, reason="id_no", by=both, at=self.at)
            one.same_as = other
            self.remember()

    @rule(who=WHO)
    def they_are_two_after_all(self, who: int) -> None:
        one = self.people[who]
        if one.same_as is not None and one.same_as.same_as is None:
            self.tick()
            both = caller_for(user_with_role("community_desk", self.city.street))
            merging.part(one.pk, one.same_as.pk, by=both, at=self.at)
            one.same_as = None
            self.remember()


@pytest.mark.django_db(transaction=True)
def test_after_any_history_every_balance_is_that_of_the_model() -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(max_examples=40, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
