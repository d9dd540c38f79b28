"""Whatever people, desks and the street do in whatever order: a sign-up goes only where it may, nobody is placed who
is not confirmed, who took their word back is nowhere, and no placement lies in a time somebody is away."""

import contextlib
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linli.common.caller import Caller
from linli.common.clock import now
from linli.common.db import from_on
from linli.common.errors import LinliError
from linli.duty.models import Booking
from linli.muster import actions, answering, bulk, jobs, leaving, publishing, queries, runs, staffing
from linli.muster.models import Placement, SignUp
from linli.people.models import Unavailable
from tests.factories import add_resident, ask, caller_for, tiny_city, user_with_role

State = SignUp.State
MAY_BECOME = {
    State.CLAIMED: {State.CLAIMED, State.CONFIRMED, State.DECLINED, State.WITHDRAWN},
    State.CONFIRMED: {State.CONFIRMED, State.WITHDRAWN},
    State.DECLINED: {State.DECLINED},
    State.WITHDRAWN: {State.WITHDRAWN},
}
NAMES = (("王小明", "13800001234"), ("李小红", "13900001234"))
WHO, WHICH = st.sampled_from([0, 1]), st.sampled_from([0, 0, 0, 1, 1, 2])
ME = Caller()


class SigningUp(RuleBasedStateMachine):
    """Two people, of whom the register knows the first, their community's desk, and the street that places them."""

    @initialize()
    def begin(self) -> None:
        self.city = tiny_city()
        self.known = add_resident(self.city, name=NAMES[0][0], phone=NAMES[0][1])
        self.desk = caller_for(user_with_role("community_desk", self.city.communities[0]))
        self.street = caller_for(user_with_role("street", self.city.street))
        self.were: dict[Any, str] = {}
        for grid in range(2):
            ask(self.city, grid=grid, want=1)

    def tried(self, does: Any) -> None:
        with contextlib.suppress(LinliError):
            does()

    def claim(self, which: int) -> SignUp | None:
        """One of the newest, and now and then an old one that is over."""
        rows = list(SignUp.objects.filter(event=self.city.event).order_by("-pk"))
        return rows[which % len(rows)] if rows else None

    @rule(who=WHO)
    def signs_up(self, who: int) -> None:
        name, phone = NAMES[who]
        said = {"name": name, "phone": phone, "door": "1栋1单元502", "as_member": False}
        community = self.city.communities[0]
        self.tried(lambda: actions.sign_up(self.city.event, community, **said, way="desk", by=self.desk, at=now()))

    @rule(which=WHICH, as_known=st.booleans())
    def is_confirmed(self, which: int, as_known: bool) -> None:
        if (claim := self.claim(which)) is not None:
            person = self.known if as_known and claim.name == NAMES[0][0] else None
            self.tried(lambda: actions.confirm(claim, person=person, by=self.desk, at=now()))

    @rule()
    def all_exact_matches_are_confirmed(self) -> None:
        bulk.confirm_exact_matches(self.city.event, self.city.communities[0], by=self.desk, at=now())

    @rule(which=WHICH)
    def is_declined(self, which: int) -> None:
        if (claim := self.claim(which)) is not None:
            self.tried(lambda: actions.decline(claim, by=self.desk, at=now()))

    @rule(which=WHICH)
    def takes_it_back(self, which: int) -> None:
        if (claim := self.claim(which)) is not None:
            self.tried(lambda: leaving.withdraw(claim, by=ME, at=now()))

    @rule(which=WHICH, hours=st.integers(-5, 200), length=st.integers(-5, 100))
    def is_away(self, which: int, hours: int, length: int) -> None:
        if (claim := self.claim(which)) is not None:
            since = now() + timedelta(hours=hours)
            until = since + timedelta(hours=length)
            self.tried(lambda: leaving.say_unavailable(claim, since=since, until=until, by=ME, at=now()))

    @rule(which=WHICH, inside=st.booleans())
    def serves_only_inside(self, which: int, inside: bool) -> None:
        if (claim := self.claim(which)) is not None:
            self.tried(lambda: actions.say_when(claim, 0, only_inside=inside, by=ME, at=now()))

    @rule(which=WHICH, comes=st.booleans())
    def answers(self, which: int, comes: bool) -> None:
        if (claim := self.claim(which)) is not None:
            says = answering.say_coming if comes else answering.say_cannot
            self.tried(lambda: says(claim, by=ME, at=now()))

    @rule(who=WHO, days=st.integers(1, 7))
    def comes_to_serve(self, who: int, days: int) -> None:
        """The whole way at once: most of what can go wrong comes after it."""
        self.signs_up(who)
        self.is_confirmed(0, as_known=True)
        self.are_placed(days, again=False)

    @rule(days=st.integers(1, 7), again=st.booleans())
    def are_placed(self, days: int, again: bool) -> None:
        def place() -> None:
            at = now()
            during = from_on(at, at + timedelta(days=days))
            run = runs.begin(self.city.event, self.city.street, during=during, by=self.street, at=at)
            jobs.work_out(run)
            run.refresh_from_db()
            for _ in range(1 + again):
                publishing.publish(run, by=self.street, at=now())

        self.tried(place)

    @rule(which=WHICH)
    def is_released(self, which: int) -> None:
        held = Placement.objects.filter(queries.not_over(now()), event=self.city.event)
        rows = list(held.order_by("pk"))
        if rows:
            self.tried(lambda: leaving.release(rows[which % len(rows)], by=self.street, at=now()))

    @invariant()
    def holds(self) -> None:
        for claim in SignUp.objects.filter(event=self.city.event):
            before = self.were.get(claim.pk, State.CLAIMED)
            assert claim.state in MAY_BECOME[State(before)], (before, claim.state)
            self.were[claim.pk] = claim.state
        living = SignUp.objects.filter(event=self.city.event, state=State.CONFIRMED)
        confirmed = list(living.values_list("person", flat=True))
        assert len(confirmed) == len(set(confirmed))
        held = list(Placement.objects.filter(queries.not_over(now()), event=self.city.event))
        assert {each.person_id for each in held} <= set(confirmed)
        for each in held:
            assert not Unavailable.objects.filter(volunteer=each.person_id, during__overlap=each.during).exists()
            assert Booking.objects.get(pk=each.booking_id).during == each.during
        demand = staffing.staffing_of(self.city.event, [grid.pk for grid in self.city.grids], now())
        assert all(each.placed <= 1 for each in demand.values())


class TestSigningUp(TestCase, SigningUp.TestCase):  # type: ignore[misc]
    """Each run in a transaction of its own."""

    settings = settings(max_examples=20, stateful_step_count=15)
