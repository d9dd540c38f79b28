"""Whatever people do in whatever order: hours are never negative, never overlap, never approved by oneself, and the
approved total is the sum of its lines."""

import contextlib
import dataclasses
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linli.common.clock import now
from linli.common.errors import LinliError
from linli.common.ids import uuid7
from linli.duty.hours import actions, deciding, queries
from linli.duty.models import Correction, Service
from tests.duty.served import placed
from tests.factories import SYSTEM, caller_for, tiny_city, user_with_role

MINUTES = st.integers(-30, 26 * 60)
WHO = st.sampled_from([0, 1])
Said, State = Service.Said, Service.State


class Hours(RuleBasedStateMachine):
    """Two people of one grid, a leader who is one of them, and a desk; the clock goes on."""

    @initialize()
    def begin(self) -> None:
        self.city = tiny_city()
        self.people = [placed(self.city).pk, placed(self.city).pk]
        self.at = now() - timedelta(days=4)
        desk = caller_for(user_with_role("community_desk", self.city.communities[0]))
        leader = caller_for(user_with_role("leader", self.city.grids[0]))
        self.organisers = [desk, dataclasses.replace(leader, person=self.people[0])]

    def tried(self, does: Any) -> None:
        with contextlib.suppress(LinliError):
            does()

    @rule(minutes=st.integers(0, 600))
    def goes_on(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(who=WHO, minutes=MINUTES)
    def starts(self, who: int, minutes: int) -> None:
        happened = min(self.at, self.at - timedelta(minutes=minutes))
        self.tried(
            lambda: actions.start(
                self.people[who],
                self.city.event,
                self.city.grids[0].pk,
                said=Said.CODE,
                key=uuid7(),
                happened=happened,
                by=SYSTEM,
                at=self.at,
            )
        )

    @rule(who=WHO, minutes=MINUTES, said=st.sampled_from(list(Said)))
    def finishes(self, who: int, minutes: int, said: Service.Said) -> None:
        current = queries.on_duty(self.people[who])
        if current is not None:
            happened = current.started_at + timedelta(minutes=minutes)
            self.tried(lambda: actions.finish(current.pk, said=said, happened=happened, by=SYSTEM, at=self.at))

    @rule(organiser=WHO)
    def approves(self, organiser: int) -> None:
        ids = list(Service.objects.values_list("pk", flat=True))
        self.tried(lambda: deciding.approve(ids, by=self.organisers[organiser], at=self.at))

    @rule(organiser=WHO, which=st.integers(0, 9))
    def declines(self, organiser: int, which: int) -> None:
        rows = list(Service.objects.order_by("pk"))
        if rows:
            row = rows[which % len(rows)]
            self.tried(lambda: deciding.decline(row, "not there", by=self.organisers[organiser], at=self.at))

    @rule(which=st.integers(0, 9), since=MINUTES, length=MINUTES)
    def asks(self, which: int, since: int, length: int) -> None:
        rows = list(Service.objects.order_by("pk"))
        if rows:
            row = rows[which % len(rows)]
            begins = row.started_at + timedelta(minutes=since)
            ends = begins + timedelta(minutes=length)
            self.tried(lambda: deciding.ask_correction(row, begins, ends, key=uuid7(), by=SYSTEM, at=self.at))

    @rule(organiser=WHO, granted=st.booleans())
    def decides(self, organiser: int, granted: bool) -> None:
        asked = Correction.objects.filter(state=Correction.State.ASKED).first()
        if asked is not None:
            by = self.organisers[organiser]
            self.tried(lambda: deciding.decide_correction(asked, granted=granted, reason="so", by=by, at=self.at))

    @invariant()
    def holds(self) -> None:
        for person in getattr(self, "people", []):
            rows = queries.own_services(person)
            lines = [queries.tenths_of(row) for row in rows]
            assert all(tenths >= 0 for tenths in lines)
            assert all(row.decided_person != person for row in rows)
            counted = [tenths for row, tenths in zip(rows, lines, strict=True) if row.state in queries.COUNTED]
            assert queries.total(rows) == sum(counted)
            times = sorted((row.started_at, row.finished_at) for row in rows if row.state != State.DECLINED)
            assert all(end is not None and end <= begin for (_, end), (begin, _) in pairwise(times))


class TestHours(TestCase, Hours.TestCase):  # type: ignore[misc]
    """Each run in a transaction of its own."""

    settings = settings(max_examples=15, stateful_step_count=25)
